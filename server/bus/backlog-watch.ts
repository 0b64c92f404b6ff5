/** Looks regularly at what a consumer still has to read, and counts what its stream has dropped before it was read. */
import type { JetStreamManager } from "@nats-io/jetstream";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Backlog, ConsumerSettings } from "./bus.ts";
import { countBetween } from "./consumers.ts";

const busyMs = 1_000;
const idleMs = 5_000;
/** From here on it is counted what could be lost, which costs the server some work. */
const atRisk = 0.5;

interface CountedRange {
  readonly from: number;
  readonly to: number;
  undelivered: number;
}

export class BacklogWatch {
  readonly #clock: Clock;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #pending = 0;
  #fill = 0;
  #lost = 0;
  /** How much of the stream's age limit a message may reach, to tell `fill` between two looks; 0 = no limit. */
  #maxAgeMs = 0;
  /** Messages known to be undelivered in a range of sequences: when the range is cut off, the difference is lost. */
  #range: CountedRange | undefined;
  #delivered = 0;
  /** When the oldest message in hand was stored; 0 when none is. */
  #oldestMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isDue(hasInHand: boolean): boolean {
    const waitMs = hasInHand || this.#pending > 0 ? busyMs : idleMs;
    return this.#clock.monotonic() - this.#lookedMs >= waitMs;
  }

  /** Told of every message that is handed over. */
  delivered(sequence: number, isFirst: boolean): void {
    if (!isFirst) return;
    this.#delivered = sequence;
    if (this.#pending > 0) this.#pending--;
    if (this.#range !== undefined && sequence <= this.#range.to) this.#range.undelivered--;
  }

  forget(): void {
    this.#range = undefined;
    this.#delivered = 0;
  }

  async look(manager: JetStreamManager, settings: ConsumerSettings, floor: number): Promise<void> {
    this.#lookedMs = this.#clock.monotonic();
    const info = await manager.consumers.info(settings.stream, settings.name);
    const { state, config } = await manager.streams.info(settings.stream);
    this.#pending = info.num_pending;
    this.#delivered = Math.max(this.#delivered, info.delivered.stream_seq);
    this.#maxAgeMs = config.max_age / 1e6;
    const stored = Math.max(1, state.last_seq - state.first_seq + 1);
    const behind = Math.min(stored, Math.max(0, state.last_seq - floor));
    const isBehind = info.num_pending > 0 || info.num_ack_pending > 0;
    const fill = isBehind && config.max_bytes > 0 ? (state.bytes / config.max_bytes) * (behind / stored) : 0;
    const isAtRisk = info.num_pending > 0 && Math.max(fill, this.#ageShare()) >= atRisk;
    await this.#countLoss(manager, settings, state.first_seq, state.last_seq, isAtRisk);
    // Told when it is counted what could be lost, not before.
    this.#fill = fill;
  }

  async #countLoss(
    manager: JetStreamManager,
    settings: ConsumerSettings,
    first: number,
    last: number,
    isAtRisk: boolean,
  ): Promise<void> {
    const range = this.#range;
    if (range === undefined) {
      if (isAtRisk) await this.#count(manager, settings, { from: first, to: last, undelivered: 0 }, first);
      return;
    }
    const counted = range.undelivered;
    const left = await countBetween(manager, settings, Math.max(first, this.#delivered + 1), range.to);
    // What was delivered while it was counted has been taken off since.
    if (first > range.from) this.#lost += Math.max(0, Math.min(counted, range.undelivered) - left);
    this.#range = undefined;
    // Counted on from what is left, not anew: the stream may have dropped more meanwhile, which the next look finds missing.
    if (isAtRisk) await this.#count(manager, settings, { from: first, to: last, undelivered: left }, range.to + 1);
  }

  /** Set before counting: what is delivered meanwhile is taken off, and counted as still there. */
  async #count(
    manager: JetStreamManager,
    settings: ConsumerSettings,
    range: CountedRange,
    from: number,
  ): Promise<void> {
    this.#range = range;
    range.undelivered += await countBetween(manager, settings, Math.max(from, this.#delivered + 1), range.to);
  }

  #ageShare(): number {
    return this.#maxAgeMs > 0 && this.#oldestMs > 0 ? (this.#clock.now() - this.#oldestMs) / this.#maxAgeMs : 0;
  }

  backlog(inHand: ReadonlyMap<number, { readonly storedAtMs: number }>): Omit<Backlog, "problem"> {
    const [oldest] = inHand.values();
    this.#oldestMs = oldest?.storedAtMs ?? 0;
    return {
      waiting: this.#pending + inHand.size,
      oldestAgeMs: oldest === undefined ? 0 : Math.max(0, this.#clock.now() - oldest.storedAtMs),
      fill: Math.min(1, Math.max(this.#fill, this.#ageShare())),
      lost: this.#lost,
    };
  }
}
