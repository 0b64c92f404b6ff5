/** Many clients, one stream: everybody gets everything, except who is too slow: they get the latest of each series. */
import type { Clock, Timer } from "../../contract/clock.ts";
import type { EndpointClient, EndpointHandlers, SinkRecord } from "../../contract/connector.ts";
import { glob } from "../../points/glob.ts";

export interface BroadcastOptions {
  readonly clock: Clock;
  readonly maxClients: number;
  /** Send a new client the last record of each series first. */
  readonly snapshot: boolean;
  /** Leave out a record whose value and quality are those of the last one of its series. */
  readonly changesOnly: boolean;
  /** The frame of a record. */
  text(record: SinkRecord): string;
  /** Called when the number of clients changes, and when one has been cut off. */
  onChange(clients: number, cutOff: number): void;
}

/** A client with more than this waiting gets only the latest record of each series, until it has caught up. */
export const slowBytes = 1_048_576;
/** A client that has not caught up for this long is cut off. */
const patienceMs = 10_000;
const checkMs = 250;
/** Series remembered for new clients, and for each slow one; the one longest without a record is forgotten. */
export const maxSeries = 10_000;
const tryAgainLater = 1013;

/** What is made once for a record, however many clients there are. */
interface Frame {
  readonly series: string;
  readonly device: unknown;
  readonly key: unknown;
  /** What makes it a change; empty unless only changes are sent. */
  readonly state: string;
  text(): string;
}

interface Viewer {
  readonly client: EndpointClient;
  readonly wants: (frame: Frame) => boolean;
  /** Series → its latest frame, for a slow client. */
  readonly late: Map<string, Frame>;
  slowSinceMs: number | undefined;
}

export class Broadcast {
  readonly #options: BroadcastOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #last = new Map<string, Frame>();
  #cutOff = 0;
  #check: Timer | undefined;

  constructor(options: BroadcastOptions) {
    this.#options = options;
  }

  /** Takes a new client on, or refuses it when there are too many. */
  add(client: EndpointClient): EndpointHandlers {
    const { maxClients, snapshot, onChange } = this.#options;
    if (this.#viewers.size >= maxClients) {
      client.close(tryAgainLater, `no more than ${maxClients} clients at once`);
      return {};
    }
    const viewer: Viewer = { client, wants: wantedBy(client.query), late: new Map(), slowSinceMs: undefined };
    this.#viewers.add(viewer);
    if (snapshot) for (const frame of this.#last.values()) this.#send(viewer, frame);
    onChange(this.#viewers.size, this.#cutOff);
    return { onClose: () => this.#remove(viewer) };
  }

  send(records: readonly SinkRecord[]): void {
    const { snapshot, changesOnly, text } = this.#options;
    for (const record of records) {
      const frame = frameOf(record, text, changesOnly);
      if (changesOnly && this.#last.get(frame.series)?.state === frame.state) continue;
      if (snapshot || changesOnly) remember(this.#last, frame);
      for (const viewer of this.#viewers) this.#send(viewer, frame);
    }
  }

  close(): void {
    this.#check?.cancel();
  }

  #send(viewer: Viewer, frame: Frame): void {
    if (!viewer.wants(frame)) return;
    if (viewer.slowSinceMs === undefined && viewer.client.bufferedBytes() <= slowBytes) {
      viewer.client.send(frame.text());
      return;
    }
    viewer.slowSinceMs ??= this.#options.clock.monotonic();
    remember(viewer.late, frame);
    this.#check ??= this.#options.clock.every(checkMs, () => this.#checkSlow());
  }

  /** There is no event for a client that has caught up, so the slow ones are looked at every now and then. */
  #checkSlow(): void {
    const nowMs = this.#options.clock.monotonic();
    for (const viewer of this.#viewers) {
      if (viewer.slowSinceMs === undefined) continue;
      for (const [series, frame] of viewer.late) {
        if (viewer.client.bufferedBytes() > slowBytes) break;
        viewer.late.delete(series);
        viewer.client.send(frame.text());
      }
      if (viewer.late.size === 0) viewer.slowSinceMs = undefined;
      else if (nowMs - viewer.slowSinceMs >= patienceMs) this.#giveUp(viewer);
    }
    if ([...this.#viewers].some(({ slowSinceMs }) => slowSinceMs !== undefined)) return;
    this.#check?.cancel();
    this.#check = undefined;
  }

  #giveUp(viewer: Viewer): void {
    this.#cutOff += 1;
    viewer.client.close(tryAgainLater, "reading too slowly");
    this.#remove(viewer);
  }

  #remove(viewer: Viewer): void {
    if (this.#viewers.delete(viewer)) this.#options.onChange(this.#viewers.size, this.#cutOff);
  }
}

function frameOf(record: SinkRecord, textOf: (record: SinkRecord) => string, withState: boolean): Frame {
  const { device_id: device, key, value, quality } = record.data;
  let text: string | undefined;
  return {
    series: JSON.stringify([record.subject, device, key]),
    device,
    key,
    state: withState ? JSON.stringify([value, quality]) : "",
    text: () => {
      text ??= textOf(record);
      return text;
    },
  };
}

/** `?device=boiler-*&key=temperature`: what has no device or key is left out when one is asked for. */
function wantedBy({ device, key }: Readonly<Record<string, string>>): (frame: Frame) => boolean {
  const fitting = (pattern: string | undefined) => {
    if (pattern === undefined) return () => true;
    const matches = glob(pattern);
    return (value: unknown) => typeof value === "string" && matches(value);
  };
  const [fitsDevice, fitsKey] = [fitting(device), fitting(key)];
  return (frame) => fitsDevice(frame.device) && fitsKey(frame.key);
}

/** The latest frame of each series, in the order of their last record. */
function remember(frames: Map<string, Frame>, frame: Frame): void {
  frames.delete(frame.series);
  frames.set(frame.series, frame);
  if (frames.size <= maxSeries) return;
  const [oldest] = frames.keys();
  if (oldest !== undefined) frames.delete(oldest);
}
