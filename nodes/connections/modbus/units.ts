/** Which units answer. One that does not rests for a while, so that it does not cost the others their turns. */
import type { Clock } from "../../contract/clock.ts";

interface Unit {
  failedCycles: number;
  /** Monotonic milliseconds until which it is left alone. */
  restsUntilMs: number | undefined;
}

export interface UnitsOptions {
  readonly clock: Clock;
  /** 0: units never rest. */
  readonly afterFailedCycles: number;
  readonly periodMs: number;
}

export class Units {
  #options: UnitsOptions;
  #units = new Map<number, Unit>();

  constructor(options: UnitsOptions) {
    this.#options = options;
  }

  /** False while the unit rests. When its rest is over, one caller gets `true` to try, the others wait for what it finds. */
  mayAsk(unitId: number): boolean {
    const unit = this.#units.get(unitId);
    if (unit?.restsUntilMs === undefined) return true;
    const nowMs = this.#options.clock.monotonic();
    if (nowMs < unit.restsUntilMs) return false;
    unit.restsUntilMs = nowMs + this.#options.periodMs;
    return true;
  }

  /** True when its last cycle failed: then trying a request twice is a waste of everybody's time. */
  isDoubtful(unitId: number): boolean {
    return (this.#units.get(unitId)?.failedCycles ?? 0) > 0;
  }

  answered(unitId: number): void {
    this.#units.delete(unitId);
  }

  cycleFailed(unitId: number): void {
    const { afterFailedCycles, periodMs, clock } = this.#options;
    const unit = this.#units.get(unitId) ?? { failedCycles: 0, restsUntilMs: undefined };
    unit.failedCycles++;
    if (afterFailedCycles > 0 && unit.failedCycles >= afterFailedCycles)
      unit.restsUntilMs ??= clock.monotonic() + periodMs;
    this.#units.set(unitId, unit);
  }
}
