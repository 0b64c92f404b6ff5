/** For tests of the runtime: an engine on a memory bus with a hand-moved clock and a few small node types. */
import { z } from "zod";
import { catalogOf, type NodeDefinition } from "../../nodes/contract/catalog.ts";
import type { Clock } from "../../nodes/contract/clock.ts";
import { defineConnector, type SinkRecord } from "../../nodes/contract/connector.ts";
import { MessageError } from "../../nodes/contract/errors.ts";
import { defineOperator } from "../../nodes/contract/operator.ts";
import type { Point } from "../../nodes/contract/point.ts";
import type { OpenedProcessor, ProcessorContext, ProcessorLimits } from "../../nodes/contract/processor.ts";
import { connectorSurroundings, ManualClock } from "../../nodes/contract/testing.ts";
import type { Bus } from "../bus/bus.ts";
import { MemoryBus } from "../bus/memory-bus.ts";
import {
  type AdapterPlan,
  type FlowPlan,
  type NodePlan,
  nodeKey,
  type OperatorPlan,
  type Plan,
  type SinkPlan,
} from "../compiler/plan.ts";
import type { Log } from "../log.ts";
import type { NodeState, NodeStateStore } from "../node-state.ts";
import { Engine } from "./engine.ts";
import { Errors } from "./errors.ts";
import { Latency } from "./latency.ts";
import type { Services } from "./services.ts";
import { Taps } from "./taps.ts";

const silentLog: Log = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  child: () => silentLog,
};

const described = { title: "", summary: "", help: "", icon: "", examples: [] };

/** Adds `by` to the value; throws on -1 and, as our own defect would, on -2. */
const addRule = defineOperator({
  ...described,
  type: "rule.add",
  accepts: "point",
  config: z.object({ by: z.number() }),
  create: ({ by }, { emit }) => ({
    process(point) {
      if (point.value === -1) throw new MessageError("type_mismatch", "-1 cannot be added to");
      if (point.value === -2) throw new Error("a defect");
      emit({ ...point, value: (point.value as number) + by });
    },
  }),
});

/** Counts, and emits the count as the value: its state shows whether it was restarted. */
const countRule = defineOperator({
  ...described,
  type: "rule.count",
  accepts: "point",
  config: z.object({ label: z.string().default("") }),
  create(_config, { emit }) {
    let count = 0;
    return { process: (point) => emit({ ...point, value: ++count }) };
  },
});

/** Negative values leave by `rejected`; throws on -1. */
const sortRule = defineOperator({
  ...described,
  type: "rule.sort",
  accepts: "point",
  outputs: [
    { name: "out", title: "" },
    { name: "rejected", title: "" },
  ],
  config: z.object({}),
  create: (_config, { emit }) => ({
    process(point) {
      if (point.value === -1) throw new MessageError("type_mismatch", "-1 cannot be sorted");
      emit(point, { port: (point.value as number) < 0 ? "rejected" : "out" });
    },
  }),
});

const plainConvert = defineOperator({
  ...described,
  type: "plugin.plain",
  accepts: "raw",
  config: z.object({}),
  create: (_config, { emit }) => ({
    process({ device_id, payload, timestamp }) {
      emit({ device_id, key: "v", value: payload, type: "int", quality: 0, timestamp, tags: {} });
    },
  }),
});

/** A sink whose behaviour the test decides. */
export function testSink(write: (records: readonly SinkRecord[]) => Promise<void>, size = 1) {
  return defineConnector({
    ...described,
    type: "sink.test",
    config: z.object({ name: z.string().default("") }),
    batch: () => ({ size, lingerMs: 0 }),
    open: async () => ({ write, close: async () => undefined }),
  });
}

/** A rule with a peer, whose behaviour the test decides. */
export function testProcessor(
  process: OpenedProcessor<Point>["process"],
  limits: Partial<ProcessorLimits> = {},
  opened: (context: ProcessorContext<undefined>) => void | Promise<void> = () => undefined,
) {
  return defineConnector({
    ...described,
    type: "rule.ask",
    accepts: "point",
    protocol: "isp",
    config: z.object({ label: z.string().default("") }),
    limits: () => ({ maxInFlight: 1, timeoutMs: 1_000, mailbox: 100, ...limits }),
    async open(_config, context) {
      await opened(context);
      return { process, close: async () => undefined };
    },
  });
}

export function rule(id: string, type: string, config: object, changes: Partial<OperatorPlan> = {}): OperatorPlan {
  const inputs = [{ subject: "iot.processed.>", queue: `q.f.${id}`, accepts: "any" as const }];
  return {
    category: "rule",
    id,
    type,
    config: { ...config },
    ruleId: `f_${id}`,
    inputs,
    next: {},
    publishes: [],
    ...changes,
  };
}

export function sink(id: string, from: string, config: object = {}): SinkPlan {
  const inputs = [{ subject: `iot.rules.f_${from}`, queue: `q.f.${id}`, accepts: [{ node: from, port: "out" }] }];
  return { category: "sink", id, type: "sink.test", config: { ...config }, inputs, publishes: [] };
}

export function adapter(id: string, type: string, config: object): AdapterPlan {
  return { category: "adapter", id, type, config: { ...config }, protocol: "mock", publishes: [] };
}

export function planOf(nodes: readonly NodePlan[], changes: Partial<FlowPlan> = {}): Plan {
  const flow: FlowPlan = {
    id: "f",
    delivery: "live",
    results: { status: true, data: true, format: "envelope" },
    connections: [],
    nodes,
    names: {},
    ...changes,
  };
  return { flows: [flow], streams: [] };
}

/** A store that forgets when the test ends. */
export function memoryStateStore(): NodeStateStore & { readonly rows: Map<string, NodeState> } {
  const rows = new Map<string, NodeState>();
  return {
    rows,
    load: async (nodes) => nodes.flatMap(({ flow, node }) => rows.get(nodeKey(flow, node)) ?? []),
    async save(changes) {
      for (const { flow, node, basis, clear, entries } of changes) {
        const key = nodeKey(flow, node);
        const kept = new Map(clear ? [] : rows.get(key)?.entries);
        for (const [entry, json] of entries)
          if (json === null) kept.delete(entry);
          else kept.set(entry, json);
        if (kept.size === 0) rows.delete(key);
        else rows.set(key, { flow, node, basis, entries: [...kept] });
      }
    },
  };
}

/** An engine on any bus and clock; `changes` to what it is given otherwise. */
export function engineOn(
  bus: Bus,
  clock: Clock,
  extra: readonly NodeDefinition[] = [],
  changes: Partial<Services> = {},
): Engine {
  return new Engine({
    bus,
    clock,
    errors: new Errors(bus, clock, silentLog, undefined),
    catalog: catalogOf([addRule, countRule, sortRule, plainConvert, ...extra] as NodeDefinition[]),
    log: silentLog,
    taps: new Taps(),
    latency: new Latency(),
    ...connectorSurroundings(),
    stateStore: memoryStateStore(),
    outputSubject: "iot.rules.*",
    replayPerS: 0,
    random: () => 0,
    ...changes,
  });
}

export function testEngine(extra: readonly NodeDefinition[] = [], stateStore: NodeStateStore = memoryStateStore()) {
  const bus = new MemoryBus();
  const clock = new ManualClock();
  const engine = engineOn(bus, clock, extra, { stateStore });
  /** Publishes JSON as a foreign client would, and waits until all that follows from it has happened. */
  const publish = async (subject: string, value: unknown) => {
    bus.publish(subject, Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
    await bus.settled();
  };
  const point = (value: unknown, more: object = {}) => ({ device_id: "d1", key: "v", value, ...more });
  return { bus, clock, engine, publish, point };
}
