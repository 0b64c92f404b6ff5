/**
 * Who did what: rows that are only ever added. Each holds the hash of itself and of the row before it, so that one that
 * was changed, removed or put in between shows; only cutting off the end does not, for which the last hash is logged.
 */
import { createHash } from "node:crypto";
import type { Database } from "./database.ts";

export interface AuditEntry {
  /** RFC 3339. */
  readonly at: string;
  /** A user's name, a token's title with its maker, or `-`. */
  readonly actor: string;
  readonly address: string;
  /** `POST /api/deploy`, `sign-in` … */
  readonly action: string;
  /** What it was done to; empty when the action says it. */
  readonly target: string;
  /** `ok`, or why not. */
  readonly outcome: string;
  /** Whatever else tells what was changed; no secrets. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditRecord extends AuditEntry {
  readonly id: number;
}

export interface AuditQuery {
  /** Only entries before this id, for the next page. */
  readonly before?: number;
  readonly limit: number;
  readonly actor?: string;
  /** Part of the action or the target. */
  readonly text?: string;
}

interface Row extends Omit<AuditRecord, "detail"> {
  readonly detail: string;
  readonly hash: string;
}

const columns = "id, at, actor, address, action, target, outcome, detail, hash";

export class AuditTrail {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** When it returns, the entry is on disk. */
  add(entry: AuditEntry): void {
    const { at, actor, address, action, target, outcome } = entry;
    const write = this.#database.transaction(() => {
      const last = this.#database
        .prepare<[], { id: number; hash: string }>("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
        .get();
      const id = (last?.id ?? 0) + 1;
      const row = { id, at, actor, address, action, target, outcome, detail: JSON.stringify(entry.detail) };
      this.#database
        .prepare(`INSERT INTO audit (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
        .run(id, at, actor, address, action, target, outcome, row.detail, hashOf(row, last?.hash ?? ""));
    });
    write.immediate();
  }

  /** Newest first. */
  list({ before, limit, actor, text }: AuditQuery): AuditRecord[] {
    const pattern = text === undefined ? null : `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    return this.#database
      .prepare<Readonly<Record<string, string | number | null>>, Row>(
        `SELECT ${columns} FROM audit
         WHERE (@before IS NULL OR id < @before) AND (@actor IS NULL OR actor = @actor)
           AND (@pattern IS NULL OR action LIKE @pattern ESCAPE '\\' OR target LIKE @pattern ESCAPE '\\')
         ORDER BY id DESC LIMIT @limit`,
      )
      .all({ before: before ?? null, actor: actor ?? null, pattern, limit })
      .map(({ hash: _, detail, ...row }) => ({ ...row, detail: JSON.parse(detail) }));
  }

  /** Checks the whole chain: how many entries hold, and the id of the first that does not. */
  verify(): { readonly entries: number; readonly brokenAt: number | undefined; readonly lastHash: string } {
    let before = "";
    let entries = 0;
    const rows = this.#database.prepare<[], Row>(`SELECT ${columns} FROM audit ORDER BY id`);
    for (const { hash, ...row } of rows.iterate()) {
      if (row.id !== entries + 1 || hash !== hashOf(row, before))
        return { entries, brokenAt: entries + 1, lastHash: before };
      before = hash;
      entries++;
    }
    return { entries, brokenAt: undefined, lastHash: before };
  }
}

function hashOf(
  { id, at, actor, address, action, target, outcome, detail }: Omit<Row, "hash">,
  before: string,
): string {
  const text = JSON.stringify([before, id, at, actor, address, action, target, outcome, detail]);
  return createHash("sha256").update(text).digest("hex");
}
