/** What the gateway says about itself, node by node. Apart from the documents, so that no live value is ever "unsaved". */
import type { Activity, Health, NodeActivity, NodeStatus, TapSample } from "../../server/api/contract.ts";
import { addReading, appendPoint, noRates, type Rates, type Reading, ratesAt, type Series } from "./rates.ts";
import { same } from "./same.ts";
import { type SampledValue, sampledValues, valuesIn } from "./sampled-values.ts";

export interface NodeLive {
  readonly status?: NodeStatus;
  readonly last?: NonNullable<NodeActivity["last"]>;
  readonly rates: Rates;
  readonly received: number;
  readonly emitted: number;
  /** Out by port, for nodes that count by port. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly dropped: number;
  readonly queued: number;
  /** Wall clock of this browser when the counters last moved; 0 before that was seen. */
  readonly movedAtMs: number;
}

/** How messages of one node went recently, for its plots. */
export interface NodeHistory {
  /**
   * By `device/key`, with times of the gateway's clock: every message that was sampled while the node was watched, the
   * last of each report otherwise.
   */
  readonly values: ReadonlyMap<string, Series>;
  readonly rate: Series | undefined;
}

export interface Overview {
  /** Messages a second that nodes put out, all flows together. */
  readonly messageRate: number;
  /** Keys of nodes whose peer is gone. */
  readonly failing: readonly string[];
  readonly health: Health | undefined;
}

export type Link = { readonly state: "connecting" | "open" } | { readonly state: "lost"; readonly retryAtMs: number };

export type Live = ReturnType<typeof createLive>;

const valueCapacity = 600;
const rateCapacity = 300;
const maxSeries = 8;
const empty: NodeLive = {
  rates: noRates,
  received: 0,
  emitted: 0,
  failed: 0,
  dropped: 0,
  queued: 0,
  movedAtMs: 0,
};

/** Names a node across flows, as `flow/node`. */
export function nodeKey(flow: string, node: string): string {
  return `${flow}/${node}`;
}

/**
 * Everybody reads a slice by its key and is called only when that slice changed: `overview` and `link` are slices too.
 * `now` is wall clock, `monotonic` is for rates.
 */
export function createLive(now: () => number = Date.now, monotonic: () => number = () => performance.now()) {
  const nodes = new Map<string, NodeLive>();
  const readings = new Map<string, readonly Reading[]>();
  const values = new Map<string, Map<string, Series>>();
  const rates = new Map<string, Series>();
  const listeners = new Map<string, Set<() => void>>();
  let overview: Overview = { messageRate: 0, failing: [], health: undefined };
  let link: Link = { state: "connecting" };

  const tell = (key: string) => {
    for (const listener of listeners.get(key) ?? []) listener();
  };
  const put = (key: string, change: Partial<NodeLive>) => {
    nodes.set(key, { ...(nodes.get(key) ?? empty), ...change });
    tell(key);
  };

  const takeStatus = (status: NodeStatus) => put(nodeKey(status.flow, status.node), { status });
  const takeNode = ({ flow, node, counters, last }: NodeActivity, keeps: "last" | "nothing", isFirst = false) => {
    const key = nodeKey(flow, node);
    const before = nodes.get(key);
    const moved = !isFirst && (before?.received !== counters.received || before.emitted !== counters.emitted);
    const next = addReading(readings.get(key) ?? [], { atMs: monotonic(), counters });
    readings.set(key, next);
    const { received, emitted, ports, failed, dropped, queued } = counters;
    put(key, {
      received,
      emitted,
      ...(ports === undefined ? {} : { ports }),
      failed,
      dropped,
      queued,
      rates: ratesAt(next, monotonic()),
      ...(last === undefined ? {} : { last }),
      ...(moved ? { movedAtMs: now() } : {}),
    });
    if (last !== undefined && moved && keeps === "last") keepValues(key, counters.lastMessageMs, valuesIn(last));
  };
  const keepValues = (key: string, atMs: number, found: readonly SampledValue[]) => {
    const ofNode = values.get(key) ?? new Map<string, Series>();
    values.set(key, ofNode);
    for (const { series, value } of found) {
      const before = ofNode.get(series);
      if (before === undefined && ofNode.size >= maxSeries) continue;
      // Points of one moment may come in any order; a plot goes to the right.
      const at = Math.max(atMs, before?.times.at(-1) ?? atMs);
      ofNode.set(series, appendPoint(before, at, value, valueCapacity));
    }
  };
  const putOverview = (change: Partial<Overview>) => {
    overview = { ...overview, ...change };
    tell("overview");
  };
  const countFailing = () => {
    const failing = [...nodes].filter(([, { status }]) => status?.state === "failed").map(([key]) => key);
    if (failing.join() !== overview.failing.join()) putOverview({ failing });
  };

  return {
    /** What was known before the first event. It moves no rate and is no point of a plot. */
    begin(statuses: readonly NodeStatus[], activities: readonly NodeActivity[]) {
      readings.clear();
      for (const key of [...nodes.keys()]) {
        nodes.delete(key);
        tell(key);
      }
      for (const status of statuses) takeStatus(status);
      for (const activity of activities) takeNode(activity, "nothing", true);
      countFailing();
    },
    /** `isShown` says which samples are values of their node: what left by its first port, not what it rejected. */
    take(activity: Activity, isShown: (sample: TapSample) => boolean = () => true) {
      for (const status of activity.statuses) takeStatus(status);
      const shown = activity.samples.filter(isShown);
      const sampled = new Set(shown.map(({ flow, node }) => nodeKey(flow, node)));
      for (const { flow, node, atMs, text } of shown) keepValues(nodeKey(flow, node), atMs, sampledValues(text));
      for (const node of activity.nodes)
        takeNode(node, sampled.has(nodeKey(node.flow, node.node)) ? "nothing" : "last");
      if (activity.statuses.length > 0) countFailing();
    },
    /**
     * To be called about once a second: rates of nodes that fell silent go down, and plots go on. Nodes in `sinks` put
     * nothing on the bus, whatever they write elsewhere.
     */
    tick(sinks: ReadonlySet<string>) {
      let messageRate = 0;
      for (const [key, live] of nodes) {
        const next = ratesAt(readings.get(key) ?? [], monotonic());
        if (!sinks.has(key)) messageRate += next.emitted;
        rates.set(key, appendPoint(rates.get(key), now(), Math.max(next.emitted, next.received), rateCapacity));
        if (!sameRates(live.rates, next)) put(key, { rates: next });
      }
      if (messageRate !== overview.messageRate) putOverview({ messageRate });
    },
    setHealth: (health: Health | undefined) => putOverview({ health }),
    setLink(next: Link) {
      link = next;
      tell("link");
    },

    node: (key: string): NodeLive | undefined => nodes.get(key),
    history: (key: string): NodeHistory => ({ values: values.get(key) ?? new Map(), rate: rates.get(key) }),
    overview: () => overview,
    link: () => link,
    /** Calls `listener` whenever the slice changed; returns the function that ends it. */
    subscribe(key: string, listener: () => void): () => void {
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
      };
    },
  };
}

function sameRates(a: Rates, b: Rates): boolean {
  if (a.received !== b.received || a.emitted !== b.emitted || a.failed !== b.failed) return false;
  return same(a.ports, b.ports);
}
