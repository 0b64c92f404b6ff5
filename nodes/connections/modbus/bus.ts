/** The order of requests on one link: turns, one or few at a time, tries again, units that rest. */
import type { Clock } from "../../contract/clock.ts";
import type { BusOutcome, ModbusClient, ReadLimits } from "./client.ts";
import type { Link, Outcome } from "./link.ts";
import type { Request } from "./pdu.ts";
import { Turns } from "./turns.ts";
import { Units, type UnitsOptions } from "./units.ts";

export interface BusOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly limits: ReadLimits;
  readonly retries: number;
  readonly retryIntervalMs: number;
  readonly interRequestDelayMs: number;
  readonly demote: Omit<UnitsOptions, "clock">;
  /** Called when request after request is met by complete silence, whatever unit it is for. */
  onSilence(count: number): void;
}

interface Job {
  readonly unitId: number;
  readonly request: Request;
  readonly line: object;
  attempts: number;
  end(outcome: BusOutcome): void;
}

/** The device has not done it, and says itself that it may later: acknowledge, busy. */
const busyCodes = new Set([5, 6]);
const silentAfter = 3;

export class Bus implements ModbusClient {
  readonly limits: ReadLimits;
  readonly maxInFlight: number;
  #options: BusOptions;
  #turns = new Turns<Job>();
  #units: Units;
  #underWay = 0;
  #sinceSilence = 0;
  /** Monotonic milliseconds before which nothing is sent. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #isPausing = false;
  #isClosed = false;

  constructor(options: BusOptions) {
    this.#options = options;
    this.limits = options.limits;
    this.maxInFlight = options.link.maxInFlight;
    this.#units = new Units({ ...options.demote, clock: options.clock });
  }

  isOpen(): boolean {
    return !this.#isClosed;
  }

  request(unitId: number, request: Request, line: object): Promise<BusOutcome> {
    if (this.#isClosed) return Promise.resolve({ kind: "closed" });
    if (request.kind === "read" && !this.#units.mayAsk(unitId)) return Promise.resolve({ kind: "resting" });
    return new Promise((resolve) => this.#enter({ unitId, request, line, attempts: 0, end: resolve }));
  }

  cycleEnded(unitId: number, hasAnswered: boolean): void {
    if (hasAnswered) this.#units.answered(unitId);
    else this.#units.cycleFailed(unitId);
  }

  waiting(): number {
    return this.#turns.size;
  }

  strays(): number {
    return this.#options.link.strays();
  }

  close(): void {
    this.#isClosed = true;
    this.#options.link.close();
    for (let job = this.#turns.next(); job !== undefined; job = this.#turns.next()) job.end({ kind: "closed" });
  }

  #enter(job: Job): void {
    this.#turns.add(job.line, job, job.request.kind === "write");
    this.#pump();
  }

  #pump(): void {
    const { link, clock } = this.#options;
    while (this.#underWay < link.maxInFlight && this.#turns.size > 0 && !this.#isPausing) {
      const pauseMs = this.#notBeforeMs - clock.monotonic();
      if (pauseMs > 0) {
        this.#isPausing = true;
        clock.after(pauseMs, () => {
          this.#isPausing = false;
          this.#pump();
        });
        return;
      }
      const job = this.#turns.next();
      if (job !== undefined) void this.#send(job);
    }
  }

  async #send(job: Job): Promise<void> {
    const { link, clock, interRequestDelayMs } = this.#options;
    this.#underWay++;
    job.attempts++;
    const sentMs = clock.monotonic();
    const outcome = await link.request(job.unitId, job.request);
    this.#underWay--;
    if (interRequestDelayMs > 0) this.#notBeforeMs = clock.monotonic() + interRequestDelayMs;
    if (this.#shouldRetry(job, outcome)) this.#retryLater(job);
    else job.end(outcome);
    this.#countSilence(outcome, sentMs);
    this.#pump();
  }

  #shouldRetry({ request, unitId, attempts }: Job, outcome: Outcome): boolean {
    if (this.#isClosed || request.kind === "write" || attempts > this.#options.retries) return false;
    if (this.#units.isDoubtful(unitId)) return false;
    if (outcome.kind === "exception") return busyCodes.has(outcome.code);
    return outcome.kind === "timeout" || outcome.kind === "garbled";
  }

  #retryLater(job: Job): void {
    this.#options.clock.after(this.#options.retryIntervalMs, () => {
      if (this.#isClosed) job.end({ kind: "closed" });
      else this.#enter(job);
    });
  }

  #countSilence(outcome: Outcome, sentMs: number): void {
    const isSilent = outcome.kind === "timeout" && this.#options.link.heardMs() < sentMs;
    this.#sinceSilence = isSilent ? this.#sinceSilence + 1 : 0;
    if (this.#sinceSilence >= silentAfter && !this.#isClosed) this.#options.onSilence(this.#sinceSilence);
  }
}
