/**
 * Which nodes a message passed, and what it was there. While somebody watches, the latest hops of all messages are
 * remembered; those of a message that was sampled for a viewer are set aside, with all that its trace still causes, so
 * that the viewer can ask for them. Bounded, and nothing is written out before somebody asks.
 */
import type { Point } from "../../nodes/contract/point.ts";
import type { TraceHop } from "./activity.ts";

/** Hops of all messages, from before it is known whether somebody will see one of them. */
const recentLimit = 16_384;
const traceLimit = 500;
const hopsPerTrace = 1_000;
const textLimit = 16_384;

interface Hop {
  flow: string;
  node: string;
  port: string;
  traceId: string;
  atMs: number;
  /** JSON text, or what it is to be made of. */
  content: unknown;
  cause: Point | undefined;
}

export class Traces {
  /** Read for every message: recording costs nothing while nobody watches. */
  isOn = false;
  #recent: Hop[] = [];
  #next = 0;
  #sinceSweep = 0;
  #wanted = new Set<string>();
  #kept = new Map<string, Hop[]>();

  watch(isOn: boolean): void {
    this.isOn = isOn;
    if (isOn) return;
    this.#recent = [];
    this.#next = 0;
    this.#wanted.clear();
  }

  /** `port` is `in` for what a node was given. `cause`: the point that made the node emit this one. */
  record(
    flow: string,
    node: string,
    port: string,
    traceId: string,
    atMs: number,
    content: unknown,
    cause?: Point | undefined,
  ): void {
    const hop: Hop = { flow, node, port, traceId, atMs, content, cause };
    const kept = this.#kept.get(traceId);
    if (kept !== undefined) {
      if (kept.length < hopsPerTrace) kept.push(hop);
      return;
    }
    this.#recent[this.#next] = hop;
    this.#next = (this.#next + 1) % recentLimit;
    if (++this.#sinceSweep >= recentLimit / 2) this.#sweep();
  }

  /** Somebody sees a message of this trace and may ask for all of it. */
  want(traceId: string): void {
    if (!this.#kept.has(traceId)) this.#wanted.add(traceId);
  }

  /** In the order in which it happened; empty for a trace nobody saw, or seen too long ago. */
  hopsOf(traceId: string): readonly TraceHop[] {
    this.#sweep();
    return (this.#kept.get(traceId) ?? []).map(({ flow, node, port, atMs, content, cause }) => {
      const json = typeof content === "string" ? content : JSON.stringify(content);
      const truncated = json.length > textLimit;
      const text = truncated ? json.slice(0, textLimit) : json;
      const from = cause && { cause: { device_id: cause.device_id, key: cause.key } };
      return { flow, node, port, atMs, text, truncated, ...from };
    });
  }

  /** Sets aside what is wanted. Many at once, since it looks at every recent hop. */
  #sweep(): void {
    this.#sinceSweep = 0;
    if (this.#wanted.size === 0) return;
    for (const traceId of this.#wanted) this.#kept.set(traceId, []);
    for (let index = 0; index < this.#recent.length; index++) {
      // From the oldest on.
      const hop = this.#recent[(this.#next + index) % this.#recent.length];
      if (hop === undefined || !this.#wanted.has(hop.traceId)) continue;
      const kept = this.#kept.get(hop.traceId);
      if (kept !== undefined && kept.length < hopsPerTrace) kept.push(hop);
    }
    this.#wanted.clear();
    for (const traceId of this.#kept.keys()) {
      if (this.#kept.size <= traceLimit) break;
      this.#kept.delete(traceId);
    }
  }
}
