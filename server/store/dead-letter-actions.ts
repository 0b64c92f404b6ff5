/** Who did what with which dead letter, and when. */
import type { Database } from "./database.ts";

export interface DeadLetterAction {
  /** RFC 3339. */
  readonly at: string;
  readonly who: string;
  /** `edited`: replayed with a changed payload. */
  readonly action: "replayed" | "edited" | "discarded";
  readonly flow: string;
  readonly node: string;
  readonly sequence: number;
  readonly subject: string;
  /** Why it had been given up. */
  readonly error: string;
}

const kept = 10_000;

export class DeadLetterActions {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add(action: DeadLetterAction): void {
    this.#database
      .prepare(
        `INSERT INTO dead_letter_actions (at, who, action, flow, node, sequence, subject, error)
         VALUES (@at, @who, @action, @flow, @node, @sequence, @subject, @error)`,
      )
      .run(action);
    this.#database.prepare("DELETE FROM dead_letter_actions WHERE id <= last_insert_rowid() - ?").run(kept);
  }

  /** Newest first. */
  latest(count: number): readonly DeadLetterAction[] {
    return this.#database
      .prepare(
        "SELECT at, who, action, flow, node, sequence, subject, error FROM dead_letter_actions ORDER BY id DESC LIMIT ?",
      )
      .all(count) as DeadLetterAction[];
  }
}
