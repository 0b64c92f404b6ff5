/** One alarm: from normal to active and back, with delays. It knows edges and time, nothing of points or messages. */
import type { Clock, Timer } from "../../contract/clock.ts";

/** What a point says: `between` raises nothing and clears nothing. */
export type Signal = "on" | "off" | "between";

export type AlarmEvent = "raised" | "repeated" | "cleared";

export interface AlarmTimes {
  /** How long the signal is on without a break before the alarm is raised. */
  readonly onDelayMs: number;
  /** How long it is off without a break before the alarm is cleared. */
  readonly offDelayMs: number;
  /** How often an active alarm is told again; `undefined` = never. */
  readonly repeatMs: number | undefined;
}

export class Alarm {
  readonly #clock: Clock;
  readonly #times: AlarmTimes;
  readonly #tell: (event: AlarmEvent) => void;
  #isActive = false;
  #delay: Timer | undefined;
  #repeat: Timer | undefined;

  /** `tell` is called from within `see`, or later when a delay ends; `raised` and `cleared` always alternate. */
  constructor(clock: Clock, times: AlarmTimes, tell: (event: AlarmEvent) => void) {
    this.#clock = clock;
    this.#times = times;
    this.#tell = tell;
  }

  /** Neither active nor about to be: forgetting it loses nothing. */
  get isIdle(): boolean {
    return !this.#isActive && this.#delay === undefined;
  }

  see(signal: Signal): void {
    const isChange = signal === (this.#isActive ? "off" : "on");
    if (!isChange) this.#stopDelay();
    else if (this.#delay === undefined)
      this.#changeAfter(this.#isActive ? this.#times.offDelayMs : this.#times.onDelayMs);
  }

  close(): void {
    this.#stopDelay();
    this.#repeat?.cancel();
  }

  #stopDelay(): void {
    this.#delay?.cancel();
    this.#delay = undefined;
  }

  #changeAfter(delayMs: number): void {
    if (delayMs === 0) this.#change();
    else this.#delay = this.#clock.after(delayMs, () => this.#change());
  }

  #change(): void {
    const { repeatMs } = this.#times;
    this.#delay = undefined;
    this.#isActive = !this.#isActive;
    if (!this.#isActive) this.#repeat?.cancel();
    else if (repeatMs !== undefined) this.#repeat = this.#clock.every(repeatMs, () => this.#tell("repeated"));
    this.#tell(this.#isActive ? "raised" : "cleared");
  }
}
