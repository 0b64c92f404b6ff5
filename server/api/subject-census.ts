/**
 * What is on the bus, subject by subject, while somebody looks. Bounded in memory by the number of subjects it keeps, and
 * in time by listening only for a part of each second when more comes than that part can hold.
 */
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { Bus, BusMessage, BusSubscription } from "../bus/bus.ts";
import { decodeMessage } from "../bus/envelope.ts";
import type { SubjectActivity, SubjectsSeen } from "./contract.ts";

const periodMs = 1_000;
const subjectLimit = 2_000;
/** Heard in one period; then it stops listening until the next, so that a flood on the bus does not slow the API down. */
const messagesPerPeriod = 10_000;
/** Rates are counted over so many periods. */
const windowPeriods = 3;
const valueLimit = 200;

interface Known {
  count: number;
  /** Counts of the latest periods, the present one first. */
  recent: number[];
  last: BusMessage | undefined;
  told: SubjectActivity;
}

export interface SubjectCensusOptions {
  readonly bus: Pick<Bus, "subscribe">;
  readonly clock: Clock;
  /** Called once a period, while it runs, with what has changed. */
  onSeen(seen: SubjectsSeen): void;
}

export class SubjectCensus {
  readonly #options: SubjectCensusOptions;
  readonly #known = new Map<string, Known>();
  #subscription: BusSubscription | undefined;
  #timer: Timer | undefined;
  /** Messages on subjects beyond those that are kept. */
  #unlisted = 0;
  #problem = "";
  #isSampled = false;
  #heard = 0;
  #periodStartMs = 0;
  /** How long it listened in the latest periods, the present one first. */
  #listenedMs: number[] = [];

  constructor(options: SubjectCensusOptions) {
    this.#options = options;
  }

  isRunning(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    if (this.isRunning()) return;
    this.#timer = this.#options.clock.every(periodMs, () => this.#endPeriod());
    this.#beginPeriod();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#mute();
    this.#known.clear();
    this.#listenedMs = [];
    this.#unlisted = 0;
    this.#problem = "";
    this.#isSampled = false;
  }

  /** Everything known, for somebody who begins to look. */
  all(): SubjectsSeen {
    return this.#seen([...this.#known.values()].flatMap(({ told }) => (told.count > 0 ? [told] : [])));
  }

  #beginPeriod(): void {
    this.#heard = 0;
    this.#periodStartMs = this.#options.clock.monotonic();
    this.#listenedMs = [0, ...this.#listenedMs].slice(0, windowPeriods);
    for (const known of this.#known.values()) known.recent = [0, ...known.recent].slice(0, windowPeriods);
    this.#subscription ??= this.#options.bus.subscribe(">", (message) => this.#take(message), {
      onError: (error) => {
        this.#problem = `the NATS server does not let the gateway listen to everything: ${error.message}`;
      },
    });
  }

  #endPeriod(): void {
    if (this.#subscription !== undefined) this.#countListening();
    const windowS = total(this.#listenedMs) / 1_000;
    this.#isSampled = windowS * 1_000 < 0.9 * periodMs * this.#listenedMs.length;
    const changed: SubjectActivity[] = [];
    for (const [subject, known] of this.#known) {
      const perSecond = windowS === 0 ? 0 : total(known.recent) / windowS;
      if (known.count === known.told.count && perSecond === known.told.perSecond) continue;
      const last = known.last === undefined ? known.told : this.#read(known.last);
      known.told = { ...last, subject, count: known.count, perSecond };
      // Its bytes may be a small part of a large buffer.
      known.last = undefined;
      changed.push(known.told);
    }
    this.#options.onSeen(this.#seen(changed));
    this.#beginPeriod();
  }

  #seen(subjects: readonly SubjectActivity[]): SubjectsSeen {
    return { subjects, unlisted: this.#unlisted, isSampled: this.#isSampled, problem: this.#problem };
  }

  #take(message: BusMessage): void {
    if (this.#subscription === undefined) return;
    const { subject } = message;
    // Requests of clients and the server, and copies that a stream hands to its consumers.
    if (subject.startsWith("_INBOX.") || subject.startsWith("$") || message.reply?.startsWith("$JS.ACK.") === true)
      return;
    const known = this.#known.get(subject) ?? this.#add(subject);
    if (known !== undefined) {
      known.count++;
      known.recent[0] = (known.recent[0] ?? 0) + 1;
      known.last = message;
    }
    if (++this.#heard < messagesPerPeriod) return;
    this.#countListening();
    this.#mute();
  }

  #add(subject: string): Known | undefined {
    if (this.#known.size >= subjectLimit) {
      this.#unlisted++;
      return undefined;
    }
    const told = { subject, count: 0, perSecond: 0, atMs: 0, value: "", device: "", key: "", publisher: "" };
    const known: Known = { count: 0, recent: [0], last: undefined, told };
    this.#known.set(subject, known);
    return known;
  }

  #countListening(): void {
    this.#listenedMs[0] = this.#options.clock.monotonic() - this.#periodStartMs;
  }

  #mute(): void {
    void this.#subscription?.drain();
    this.#subscription = undefined;
  }

  #read({ data }: BusMessage) {
    const atMs = this.#options.clock.now();
    try {
      const { data: content, flow, node } = decodeMessage(data);
      const { device_id, key, value, payload } = isObject(content) ? content : {};
      return {
        atMs,
        publisher: flow === undefined || node === undefined ? "" : `${flow}/${node}`,
        device: typeof device_id === "string" ? device_id : "",
        key: typeof key === "string" ? key : "",
        value: cut(JSON.stringify(value ?? payload ?? content) ?? ""),
      };
    } catch {
      // Not JSON: its beginning is still worth a look.
      const text = Buffer.from(data.subarray(0, valueLimit)).toString();
      return { atMs, publisher: "", device: "", key: "", value: cut(text) };
    }
  }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function cut(text: string): string {
  return text.length > valueLimit ? `${text.slice(0, valueLimit)}…` : text;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
