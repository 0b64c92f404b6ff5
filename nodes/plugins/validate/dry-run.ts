/** Counts what would be invalid, and tells so from time to time. */
import type { Clock, Timer } from "../../contract/clock.ts";
import type { OperatorContext } from "../../contract/operator.ts";
import type { Verdict } from "./verdict.ts";

export class DryRun {
  readonly #report: OperatorContext["report"];
  readonly #timer: Timer;
  readonly #byCheck = new Map<string, number>();
  #points = 0;
  #invalid = 0;

  constructor(clock: Clock, reportEveryMs: number, report: OperatorContext["report"]) {
    this.#report = report;
    this.#timer = clock.every(reportEveryMs, () => this.#tell());
  }

  count({ reason, failed }: Verdict): void {
    this.#points++;
    if (reason === undefined) return;
    this.#invalid++;
    for (const words of failed) this.#byCheck.set(words, (this.#byCheck.get(words) ?? 0) + 1);
  }

  close(): void {
    this.#timer.cancel();
    this.#tell();
  }

  /** What was counted since the last time; nothing while all is valid. */
  #tell(): void {
    if (this.#invalid > 0) {
      const checks = [...this.#byCheck].map(([words, count]) => `${words} (${count})`).join(", ");
      this.#report(
        "dry_run",
        `of ${this.#points} points, ${this.#invalid} would have been invalid; checks not passed: ${checks}`,
      );
    }
    this.#points = 0;
    this.#invalid = 0;
    this.#byCheck.clear();
  }
}
