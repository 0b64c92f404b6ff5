/** Reads a set of values of one unit in as few requests as it can, and finds out what the device does not allow. */
import type { BusOutcome, ModbusClient } from "../../connections/modbus/client.ts";
import { type Area, isBitArea, readRequest } from "../../connections/modbus/pdu.ts";
import { exceptionReason } from "../../connections/modbus/reasons.ts";
import { type Block, halve, layOut, type Span } from "./layout.ts";
import { quality } from "./quality.ts";

/** What was read of a span, or why nothing was. */
export type SpanReading =
  /** `at`: the byte, or in an area of bits the bit, where the span begins. */
  { readonly bytes: Buffer; readonly at: number } | { readonly quality: number; readonly reason: string };

export interface Reading {
  /** In the order of the spans. */
  readonly spans: readonly SpanReading[];
  /** False when nothing at all came from the unit. */
  readonly hasAnswered: boolean;
  readonly requests: number;
}

/** After so many blocks in a row without a reply the rest of a cycle is not asked for. */
const silentBlocks = 2;

interface Cycle {
  readonly spans: SpanReading[];
  hasAnswered: boolean;
  requests: number;
  silentInARow: number;
  /** Why the rest is not asked for. */
  given: SpanReading | undefined;
}

export class BlockReader {
  readonly #client: ModbusClient;
  readonly #unitId: number;
  readonly #spans: readonly Span[];
  /** Spans that the device refuses, whatever they are read with: not asked for again. */
  readonly #refused = new Map<number, SpanReading>();
  readonly #cuts: Partial<Record<Area, Set<number>>> = {};
  #blocks: readonly Block[];
  #learned = 0;

  constructor(client: ModbusClient, unitId: number, spans: readonly Span[]) {
    this.#client = client;
    this.#unitId = unitId;
    this.#spans = spans;
    this.#blocks = layOut(spans, client.limits);
  }

  /** One cycle. Never rejects. */
  async read(): Promise<Reading> {
    const cycle: Cycle = { spans: [], hasAnswered: false, requests: 0, silentInARow: 0, given: undefined };
    for (const [index, reading] of this.#refused) cycle.spans[index] = reading;
    const learnedBefore = this.#learned;
    const blocks = this.#blocks.values();
    const work = async () => {
      for (const block of blocks) await this.#readBlock(block, cycle);
    };
    await Promise.all(Array.from({ length: this.#client.maxInFlight }, work));
    if (this.#learned > learnedBefore)
      this.#blocks = layOut(this.#spans, this.#client.limits, this.#cuts, new Set(this.#refused.keys()));
    const { spans, hasAnswered, requests } = cycle;
    if (requests > 0) this.#client.cycleEnded(this.#unitId, hasAnswered);
    return { spans, hasAnswered, requests };
  }

  async #readBlock(block: Block, cycle: Cycle): Promise<void> {
    if (cycle.given !== undefined) {
      this.#fill(block, cycle, cycle.given);
      return;
    }
    const { area, address, count } = block;
    cycle.requests++;
    const outcome = await this.#client.request(this.#unitId, readRequest(area, address, count), this);
    if (outcome.kind === "data") {
      this.#answered(cycle);
      const unit = isBitArea(area) ? 1 : 2;
      for (const index of block.items) {
        const at = ((this.#spans[index]?.address ?? address) - address) * unit;
        cycle.spans[index] = { bytes: outcome.bytes, at };
      }
    } else if (outcome.kind === "exception" && refusals.has(outcome.code)) {
      this.#answered(cycle);
      await this.#refusedBlock(block, outcome.code, cycle);
    } else this.#failed(block, outcome, cycle);
  }

  /** A block that the device does not allow is halved until it is known which value, or which boundary, is the reason. */
  async #refusedBlock(block: Block, code: number, cycle: Cycle): Promise<void> {
    if (block.items.length === 1 || code === illegalFunction) {
      const reading = { quality: quality.configuration, reason: exceptionReason(code) };
      for (const index of block.items) this.#refused.set(index, reading);
      this.#fill(block, cycle, reading);
      this.#cut(block.area, block.address);
      return;
    }
    const learnedBefore = this.#learned;
    const [left, right] = halve(block, this.#spans);
    await this.#readBlock(left, cycle);
    await this.#readBlock(right, cycle);
    // Each alone is allowed: what is not lies between them, or is their length together (3).
    const areBothRead = [...left.items, ...right.items].every((index) => "bytes" in (cycle.spans[index] ?? {}));
    if (areBothRead && (code === 3 || this.#learned === learnedBefore)) this.#cut(block.area, right.address);
  }

  #cut(area: Area, address: number): void {
    this.#learned++;
    const cuts = this.#cuts[area] ?? new Set();
    this.#cuts[area] = cuts.add(address);
  }

  #answered(cycle: Cycle): void {
    cycle.hasAnswered = true;
    cycle.silentInARow = 0;
  }

  #failed(block: Block, outcome: Exclude<BusOutcome, { kind: "data" }>, cycle: Cycle): void {
    const failure = failureOf(outcome, this.#unitId);
    this.#fill(block, cycle, failure.reading);
    if (failure.isFromUnit) this.#answered(cycle);
    else cycle.silentInARow++;
    const isHopeless = outcome.kind === "closed" || outcome.kind === "resting";
    if (isHopeless || cycle.silentInARow >= silentBlocks) cycle.given = failure.reading;
  }

  #fill(block: Block, cycle: Cycle, reading: SpanReading): void {
    for (const index of block.items) cycle.spans[index] = reading;
  }
}

const illegalFunction = 1;
/** Illegal function, address, value: the request is at fault, and asking the same again would bring the same. */
const refusals: ReadonlySet<number> = new Set([illegalFunction, 2, 3]);

/** Why a block has no values, and whether it was the unit itself that said so. */
function failureOf(
  outcome: Exclude<BusOutcome, { kind: "data" }>,
  unitId: number,
): { readonly reading: { readonly quality: number; readonly reason: string }; readonly isFromUnit: boolean } {
  const failure = (quality: number, reason: string, isFromUnit = false) => ({
    reading: { quality, reason },
    isFromUnit,
  });
  switch (outcome.kind) {
    case "closed":
      return failure(quality.notConnected, "the connection is gone");
    case "resting":
      return failure(quality.communication, `unit ${unitId} does not answer and rests before it is asked again`);
    case "timeout":
      return failure(quality.communication, `unit ${unitId} does not answer`);
    case "garbled":
      return failure(quality.communication, `unit ${unitId}: ${outcome.reason}`);
    case "exception":
      return failure(
        exceptionQuality(outcome.code),
        `unit ${unitId}: ${exceptionReason(outcome.code)}`,
        !unreachable.has(outcome.code),
      );
  }
}

const unreachable: ReadonlySet<number> = new Set([10, 11]);

function exceptionQuality(code: number): number {
  if (code === 5 || code === 6) return quality.lastUsable;
  if (unreachable.has(code)) return quality.communication;
  return refusals.has(code) ? quality.configuration : quality.deviceFailure;
}
