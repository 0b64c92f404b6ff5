/** Which values are worth sending: what changed, and what was not sent for long. */
import type { Measured, Tag } from "./tag.ts";

export interface ReportOptions {
  readonly mode: "onChange" | "always";
  /** 0: values that do not change are not sent again. */
  readonly heartbeatMs: number;
}

/** What was last sent of one tag. */
export class Report {
  readonly #options: ReportOptions;
  readonly #deadband: number;
  readonly #deadbandShare: number;
  #sent: Measured | undefined;
  #sentMs = 0;

  constructor({ config }: Pick<Tag, "config">, options: ReportOptions) {
    this.#options = options;
    this.#deadband = config.deadband;
    this.#deadbandShare = config.deadbandPercent / 100;
  }

  isDue(measured: Measured, nowMs: number): boolean {
    const { mode, heartbeatMs } = this.#options;
    if (mode === "always" || this.#sent === undefined) return true;
    return this.#hasChanged(this.#sent, measured) || (heartbeatMs > 0 && nowMs - this.#sentMs >= heartbeatMs);
  }

  sent(measured: Measured, nowMs: number): void {
    this.#sent = measured;
    this.#sentMs = nowMs;
  }

  #hasChanged(sent: Measured, { value, quality }: Measured): boolean {
    if (quality !== sent.quality) return true;
    if (typeof value !== "number" || typeof sent.value !== "number") return value !== sent.value;
    const change = Math.abs(value - sent.value);
    return change > Math.max(this.#deadband, Math.abs(sent.value) * this.#deadbandShare);
  }
}
