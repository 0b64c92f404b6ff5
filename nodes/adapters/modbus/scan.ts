/** A scan: the tags of one unit that are read at the same interval. What it reads becomes one reading for each device. */
import type { ModbusClient } from "../../connections/modbus/client.ts";
import type { Clock } from "../../contract/clock.ts";
import type { AdapterContext } from "../../contract/connector.ts";
import { BlockReader, type SpanReading } from "./block-reader.ts";
import type { DeviceConfig } from "./config.ts";
import { quality } from "./quality.ts";
import { Report, type ReportOptions } from "./report.ts";
import type { Measured, Tag } from "./tag.ts";

type RawReading = Parameters<AdapterContext<unknown>["emit"]>[0];

export interface ScanOptions {
  readonly client: ModbusClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of one unit. */
  readonly tags: readonly Tag[];
  readonly devices: readonly DeviceConfig[];
  /** The scan class; empty for the interval of the node. */
  readonly name: string;
  readonly report: ReportOptions;
  emit(reading: RawReading): Promise<void>;
}

/** What one cycle came to. */
export interface Cycle {
  readonly requests: number;
  readonly durationMs: number;
  readonly hasAnswered: boolean;
  readonly bad: number;
  /** Why the first of them is bad. */
  readonly reason: string;
  /** Why readings could not be put on the bus. */
  readonly unsent: string;
}

interface Watched {
  readonly tag: Tag;
  readonly report: Report;
  /** For as long as the device is busy. */
  lastGood: Measured["value"];
}

interface Due {
  readonly watched: Watched;
  readonly measured: Measured;
  readonly reason: string;
}

/** Convert takes no more values than this from one message. */
const mostPoints = 500;

const { lastUsable } = quality;

export class Scan {
  readonly #options: ScanOptions;
  readonly #watched: readonly Watched[];
  readonly #reader: BlockReader;
  readonly #metadata: ReadonlyMap<string, RawReading["metadata"]>;

  constructor(options: ScanOptions) {
    const { client, tags, devices, report } = options;
    this.#options = options;
    this.#watched = tags.map((tag) => ({ tag, report: new Report(tag, report), lastGood: null }));
    this.#reader = new BlockReader(client, tags[0]?.unitId ?? 0, tags);
    this.#metadata = new Map(devices.map((device) => [device.deviceId, metadataOf(device, tags, options.name)]));
  }

  /** Reads once and sends what is due, unless the node has ended meanwhile. Rejects only for a defect of our own. */
  async cycle(): Promise<Cycle> {
    const { clock } = this.#options;
    const startedMs = clock.monotonic();
    const { spans, hasAnswered, requests } = await this.#reader.read();
    const endedMs = clock.monotonic();
    const due = new Map<string, Due[]>();
    let bad = 0;
    let firstReason = "";
    for (const [index, watched] of this.#watched.entries()) {
      const { measured, reason } = measuredOf(watched, spans[index]);
      if (reason !== "") {
        bad++;
        firstReason ||= reason;
      }
      if (!watched.report.isDue(measured, endedMs)) continue;
      add(due, { watched, measured, reason });
    }
    const unsent = this.#options.signal.aborted ? "" : await this.#send(due, endedMs);
    return { requests, durationMs: endedMs - startedMs, hasAnswered, bad, reason: firstReason, unsent };
  }

  /** The connection is gone: tells once that all values are. */
  async disconnected(): Promise<void> {
    const due = new Map<string, Due[]>();
    const reason = "the connection is gone";
    const measured = { value: null, quality: quality.notConnected };
    for (const watched of this.#watched) {
      add(due, { watched, measured, reason });
    }
    await this.#send(due, this.#options.clock.monotonic());
  }

  /** Answers why something could not be sent; empty when all was. */
  async #send(due: ReadonlyMap<string, readonly Due[]>, nowMs: number): Promise<string> {
    let unsent = "";
    for (const [deviceId, values] of due)
      for (let from = 0; from < values.length; from += mostPoints) {
        const part = values.slice(from, from + mostPoints);
        const points = part.map(({ watched, measured, reason }) => pointOf(watched.tag, measured, reason));
        const metadata = this.#metadata.get(deviceId) ?? {};
        try {
          await this.#options.emit({ device_id: deviceId, payload: { points }, encoding: "json", metadata });
          for (const { watched, measured } of part) watched.report.sent(measured, nowMs);
        } catch (error) {
          unsent = error instanceof Error ? error.message : String(error);
        }
      }
    return unsent;
  }
}

function add(due: Map<string, Due[]>, value: Due): void {
  const { deviceId } = value.watched.tag;
  const ofDevice = due.get(deviceId);
  if (ofDevice === undefined) due.set(deviceId, [value]);
  else ofDevice.push(value);
}

function measuredOf(watched: Watched, reading: SpanReading | undefined): { measured: Measured; reason: string } {
  if (reading === undefined) throw new Error(`${watched.tag.key} was not read`);
  if ("bytes" in reading) {
    const measured = watched.tag.decode(reading.bytes, reading.at);
    watched.lastGood = measured.value;
    const reason = measured.quality === quality.sensorFailure ? `${watched.tag.key} is not a number` : "";
    return { measured, reason };
  }
  const value = reading.quality === lastUsable ? watched.lastGood : null;
  return { measured: { value, quality: reading.quality }, reason: reading.reason };
}

function pointOf({ key, pointType }: Tag, { value, quality }: Measured, reason: string) {
  return { key, value, type: pointType, quality, ...(reason === "" ? {} : { detail: reason }) };
}

function metadataOf({ unitId, tags }: DeviceConfig, read: readonly Tag[], scan: string): RawReading["metadata"] {
  const units = read.filter(({ unit }) => unit !== "").map(({ key, unit }) => [key, unit]);
  return {
    unitId,
    ...(scan === "" ? {} : { scan }),
    ...(units.length === 0 ? {} : { units: Object.fromEntries(units) }),
    ...(tags === undefined ? {} : { tags }),
  };
}
