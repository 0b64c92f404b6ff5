/** What a sink tells of its store-and-forward buffer: how much waits and since when, what is lost, when it fills up. */
import type { State } from "../../nodes/contract/connection.ts";
import type { StoredReader } from "../bus/bus.ts";
import type { NodeBuffer } from "./activity.ts";
import type { Counters } from "./counters.ts";
import type { Services } from "./services.ts";

/** Shares of the room from which on it is told that the buffer fills up. */
const alarms = [0.7, 0.9] as const;

interface SinkBufferOptions {
  readonly flow: string;
  readonly node: string;
  readonly counters: Counters;
  readonly onStatus: (state: State, detail: string) => void;
}

export class SinkBuffer {
  readonly #services: Services;
  readonly #options: SinkBufferOptions;
  reader: StoredReader | undefined;
  #status: { readonly state: State; readonly detail: string } | undefined;
  #lost = 0;
  #alarm = 0;
  #lastError = "";
  #problem = "";
  #complaint = "";

  constructor(services: Services, options: SinkBufferOptions) {
    this.#services = services;
    this.#options = options;
  }

  setStatus(state: State, detail: string): void {
    this.#status = { state, detail };
    this.#say();
  }

  failed(reason: string): void {
    this.#lastError = reason;
  }

  /** Says why records cannot be settled for now, until they are. */
  complain(complaint: string): void {
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.#say();
  }

  state(): NodeBuffer | undefined {
    if (this.reader === undefined) return undefined;
    const { waiting, oldestAgeMs, fill } = this.reader.backlog();
    return { waiting, oldestAgeMs, fill, lost: this.#lost, lastError: this.#lastError };
  }

  /** `passing`: records in memory that nobody else has; `inHand`: records in memory that the stream has as well. */
  refresh(passing: number, inHand: number): void {
    const { counters } = this.#options;
    if (this.reader === undefined) {
      counters.queued = passing + inHand;
      return;
    }
    const { waiting, fill, lost, problem } = this.reader.backlog();
    counters.queued = passing + Math.max(waiting, inHand);
    if (lost > this.#lost) this.#tellLoss(lost);
    const alarm = alarms.filter((share) => fill >= share).length;
    if (alarm !== this.#alarm) this.#tellAlarm(alarm);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#say();
  }

  #tellLoss(lost: number): void {
    const more = lost - this.#lost;
    this.#lost = lost;
    this.#options.counters.dropped += more;
    this.#report(
      "messages_lost",
      `${more} message(s) were dropped by the stream before the target took them: its limit of size or age was reached`,
    );
  }

  #tellAlarm(alarm: number): void {
    const isWorse = alarm > this.#alarm;
    this.#alarm = alarm;
    if (isWorse) this.#report("buffer_filling", this.#alarmWords());
    this.#say();
  }

  #alarmWords(): string {
    const share = alarms[this.#alarm - 1] ?? 0;
    return `what waits takes more than ${share * 100} % of the room in the stream; when it is full, the oldest messages are lost`;
  }

  #report(type: string, message: string): void {
    const { flow, node } = this.#options;
    this.#services.errors.report({ module: "sink", flow, node, type, message });
  }

  #say(): void {
    const { state, detail } = this.#status ?? { state: "connecting" as const, detail: "" };
    const more = [
      this.#complaint,
      ...(this.#alarm > 0 ? [this.#alarmWords()] : []),
      ...(this.#problem === "" ? [] : [`its stream cannot be read: ${this.#problem}`]),
    ];
    const words = more.filter((part) => part !== "");
    const shown = state === "connected" && words.length > 0 ? "degraded" : state;
    this.#options.onStatus(shown, [detail, ...words].filter((part) => part !== "").join("; "));
  }
}
