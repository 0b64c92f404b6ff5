/**
 * One alarm with the states of ISA-18.2: from normal to active and back, with delays, acknowledgement and shelving. It
 * knows edges and time, nothing of points or messages.
 */
import type { Clock } from "../../contract/clock.ts";
import type { AlarmEvent, AlarmState } from "../../contract/point.ts";
import { Countdown } from "./countdown.ts";
import type { SavedAlarm } from "./saved.ts";

/** What a point says: `between` raises nothing and clears nothing. */
export type Signal = "on" | "off" | "between";

export interface AlarmSettings {
  /** How long the signal is on without a break before the alarm is raised. */
  readonly onDelayMs: number;
  /** How long it is off without a break before the alarm is cleared. */
  readonly offDelayMs: number;
  /** How often an active alarm is told again, and is to be acknowledged again; `undefined` = never. */
  readonly repeatMs: number | undefined;
  /** For so long after it was told it is not told anew, unless it lasts. */
  readonly throttleMs?: number;
  /** Stays active until it is acknowledged, even when the signal is off before. */
  readonly isLatching?: boolean;
  /** Once cleared it is remembered until somebody acknowledges it. */
  readonly needsAcknowledgement?: boolean;
  readonly isOutOfService?: boolean;
}

export class Alarm {
  readonly #settings: AlarmSettings;
  readonly #tell: (event: AlarmEvent) => void;
  #isActive = false;
  /** Latched: the signal is off, the alarm stays. */
  #isHeld = false;
  #isTold = false;
  #isAcknowledged = false;
  #isReturned = false;
  #isSuppressed = false;
  #missed = 0;
  readonly #delay: Countdown;
  readonly #repeat: Countdown;
  readonly #throttle: Countdown;
  readonly #shelf: Countdown;

  /**
   * `tell` is called from within the methods, or later when a delay ends. `raised` and `cleared` always alternate, and
   * what nobody was told of is not cleared either. `settled` is called after whatever time has done to the alarm.
   */
  constructor(
    clock: Clock,
    settings: AlarmSettings,
    tell: (event: AlarmEvent) => void,
    settled: () => void = () => undefined,
    saved?: SavedAlarm,
  ) {
    this.#settings = settings;
    this.#tell = tell;
    const countdown = (ended: () => void) =>
      new Countdown(clock, () => {
        ended();
        settled();
      });
    this.#delay = countdown(() => this.#change());
    this.#repeat = countdown(() => this.#tellAgain());
    this.#throttle = countdown(() => this.#announce());
    this.#shelf = countdown(() => this.#unshelved());
    if (saved !== undefined) this.#restore(clock, saved);
  }

  /** Forgetting it loses nothing. */
  get isIdle(): boolean {
    const isQuiet = !this.#delay.isRunning && !this.#throttle.isRunning && !this.#shelf.isRunning;
    return !this.#isActive && !this.#isReturned && isQuiet;
  }

  /** As far as was told: what became active in silence is not, until it is told. */
  get isActive(): boolean {
    return this.#isActive && this.#isTold;
  }

  /** Over, and only waiting to be acknowledged. */
  get isReturned(): boolean {
    return this.#isReturned && !this.#isActive && !this.#delay.isRunning && !this.#shelf.isRunning;
  }

  get state(): AlarmState {
    if (this.#settings.isOutOfService) return "out-of-service";
    if (this.#isSuppressed) return "suppressed";
    if (this.#shelf.isRunning) return "shelved";
    if (this.isActive) return this.#isAcknowledged ? "active-acknowledged" : "active-unacknowledged";
    return this.#isReturned ? "returned-unacknowledged" : "normal";
  }

  /** When its shelving ends, milliseconds since 1970. */
  get shelvedUntilMs(): number | undefined {
    return this.#shelf.dueMs;
  }

  /** Times it became active without being told, since it was told last. */
  get missed(): number {
    return this.#missed;
  }

  see(signal: Signal): void {
    const isOn = this.#isActive && !this.#isHeld;
    if (signal !== (isOn ? "off" : "on")) this.#delay.stop();
    else if (!this.#delay.isRunning) this.#changeAfter(isOn ? this.#settings.offDelayMs : this.#settings.onDelayMs);
  }

  /** Suppressed by design: nothing is told while the plant is in a state in which it means nothing. */
  suppress(isSuppressed: boolean): void {
    if (isSuppressed === this.#isSuppressed) return;
    this.#isSuppressed = isSuppressed;
    if (!this.#isActive) return;
    if (this.#isTold) this.#tell(isSuppressed ? "suppressed" : "unsuppressed");
    else this.#announce();
  }

  /** False when there is nothing to acknowledge. */
  acknowledge(): boolean {
    if (this.#isAcknowledged || !(this.isActive || this.#isReturned)) return false;
    this.#isAcknowledged = true;
    this.#isReturned = false;
    this.#tell("acknowledged");
    if (this.#isHeld) this.end();
    return true;
  }

  shelve(forMs: number): void {
    this.#shelf.start(forMs);
    this.#tell("shelved");
  }

  /** False when it is not shelved. */
  unshelve(): boolean {
    if (!this.#shelf.isRunning) return false;
    this.#shelf.stop();
    this.#unshelved();
    return true;
  }

  /** It is over, whatever the signal. */
  end(): void {
    this.#delay.stop();
    this.#repeat.stop();
    const isDue = this.#isActive && this.#isTold;
    this.#isActive = this.#isHeld = this.#isTold = false;
    if (!isDue) return;
    this.#isReturned = this.#settings.needsAcknowledgement === true && !this.#isAcknowledged;
    this.#tell("cleared");
  }

  save(): SavedAlarm {
    return {
      isActive: this.#isActive,
      isHeld: this.#isHeld,
      isTold: this.#isTold,
      isAcknowledged: this.#isAcknowledged,
      isReturned: this.#isReturned,
      isSuppressed: this.#isSuppressed,
      missed: this.#missed,
      delayDueMs: this.#delay.dueMs,
      repeatDueMs: this.#repeat.dueMs,
      throttleDueMs: this.#throttle.dueMs,
      shelvedUntilMs: this.#shelf.dueMs,
    };
  }

  close(): void {
    for (const countdown of [this.#delay, this.#repeat, this.#throttle, this.#shelf]) countdown.stop();
  }

  get #isSilent(): boolean {
    const isSilenced = this.#settings.isOutOfService === true || this.#isSuppressed;
    return isSilenced || this.#shelf.isRunning || this.#throttle.isRunning;
  }

  #changeAfter(delayMs: number): void {
    if (delayMs === 0) this.#change();
    else this.#delay.start(delayMs);
  }

  #change(): void {
    if (!this.#isActive) this.#raise();
    else if (this.#isHeld) this.#isHeld = false;
    else if (this.#settings.isLatching && this.#isTold && !this.#isAcknowledged) this.#isHeld = true;
    else this.end();
  }

  #raise(): void {
    this.#isActive = true;
    this.#isHeld = this.#isTold = false;
    if (this.#isSilent) this.#missed++;
    this.#announce();
  }

  #announce(): void {
    if (!this.#isActive || this.#isTold || this.#isSilent) return;
    this.#isTold = true;
    this.#isAcknowledged = this.#isReturned = false;
    this.#startRepeat();
    this.#tell("raised");
    this.#missed = 0;
    if (this.#settings.throttleMs) this.#throttle.start(this.#settings.throttleMs);
  }

  #startRepeat(): void {
    if (this.#settings.repeatMs !== undefined) this.#repeat.start(this.#settings.repeatMs);
  }

  #tellAgain(): void {
    this.#startRepeat();
    const isQuiet = this.#settings.isOutOfService === true || this.#isSuppressed || this.#shelf.isRunning;
    if (isQuiet) return;
    this.#isAcknowledged = false;
    this.#tell("repeated");
  }

  #unshelved(): void {
    this.#tell("unshelved");
    this.#announce();
  }

  #restore(clock: Clock, saved: SavedAlarm): void {
    const { onDelayMs, offDelayMs, repeatMs, throttleMs = 0, isLatching, needsAcknowledgement } = this.#settings;
    this.#isActive = saved.isActive;
    this.#isHeld = saved.isHeld;
    this.#isTold = saved.isTold;
    this.#isAcknowledged = saved.isAcknowledged;
    this.#isReturned = saved.isReturned && needsAcknowledgement === true;
    this.#isSuppressed = saved.isSuppressed;
    this.#missed = saved.missed;
    this.#delay.resume(saved.delayDueMs, saved.isActive && !saved.isHeld ? offDelayMs : onDelayMs);
    if (saved.isActive && saved.isTold && repeatMs !== undefined)
      this.#repeat.resume(saved.repeatDueMs ?? clock.now() + repeatMs, repeatMs);
    this.#throttle.resume(saved.throttleDueMs, throttleMs);
    this.#shelf.resume(saved.shelvedUntilMs, Number.POSITIVE_INFINITY);
    // What was held back by settings that have changed since is told as soon as the node runs.
    const isWaiting = saved.isActive && !saved.isTold && !this.#isSilent;
    if (isWaiting) this.#throttle.resume(clock.now(), 0);
    if (saved.isHeld && !isLatching && !this.#delay.isRunning) {
      this.#isHeld = false;
      this.#delay.resume(clock.now(), 0);
    }
  }
}
