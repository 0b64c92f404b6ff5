/** One measurement of `rules.ts` in its own process: what, how many, and the url of the bus where one is needed. */
import { Session } from "node:inspector/promises";
import { loadCatalog, type NodeDefinition } from "../nodes/contract/catalog.ts";
import { systemClock } from "../nodes/contract/clock.ts";
import type { Operator, OperatorDefinition } from "../nodes/contract/operator.ts";
import type { Point } from "../nodes/contract/point.ts";
import type { OperatorPlan, Plan } from "../server/compiler/plan.ts";
import { nodesFolder } from "../server/product.ts";
import type { OperatorNode } from "../server/runtime/operator-node.ts";
import { startPlan } from "./engine.ts";

const [, , what = "", count = "", url = ""] = process.argv;
const trace = { id: "00000000-0000-4000-8000-000000000000", hops: 0 };
const startMs = Date.now() - 3_600_000;
const catalog = await loadCatalog(nodesFolder);

/** A node on its own: the next in the chain is called directly. */
function operator(type: string, config: object, next: (point: Point) => void): Operator<Point> {
  const definition = catalog.nodes.get(type) as (NodeDefinition & OperatorDefinition) | undefined;
  if (definition === undefined) throw new Error(`there is no ${type}`);
  return definition.create(definition.config.parse(config), {
    clock: systemClock,
    ruleId: "bench",
    ruleName: "bench",
    restored: new Map(),
    emit: (point, emission) => {
      if (emission?.port === undefined) next(point);
    },
    report: () => undefined,
  }) as Operator<Point>;
}

/** Points of `devices` devices, one after the other, ten milliseconds apart. */
function pointsOf(number: number, devices: number): Point[] {
  return Array.from({ length: number }, (_, index) => ({
    device_id: `d${index % devices}`,
    key: "temperature",
    value: 20 + (index % 1_000) / 10,
    type: "float",
    quality: 0,
    timestamp: new Date(startMs + index * 10).toISOString(),
    tags: {},
  }));
}

/** filter → transform → transform → aggregate, the same points again and again, each time with new windows. */
async function fused(total: number): Promise<object> {
  const points = pointsOf(200_000, 100);
  let results = 0;
  const once = () => {
    const aggregate = operator("rule.aggregate", { functions: ["avg", "min", "max"], size: "1m" }, () => results++);
    const round = operator("rule.transform", { steps: [{ op: "round", decimals: 2 }] }, (p) =>
      aggregate.process(p, trace),
    );
    const steps = [
      { op: "scale", factor: 1.8 },
      { op: "offset", offset: 32 },
    ];
    const scale = operator("rule.transform", { steps }, (point) => round.process(point, trace));
    const filter = operator("rule.filter", { mode: "expression", expression: "value >= -1000" }, (p) =>
      scale.process(p, trace),
    );
    for (const point of points) filter.process(point, trace);
    aggregate.close?.();
  };
  once();
  once();
  const rounds = Math.ceil(total / points.length);
  const busySeconds = cpuSeconds();
  for (let round = 0; round < rounds; round++) once();
  const perSecond = (rounds * points.length) / (cpuSeconds() - busySeconds);
  if (results === 0) throw new Error("no window was closed");
  return { perSecond, profile: await profileOf(() => [1, 2, 3, 4, 5].forEach(once)) };
}

/** Where the time goes: the functions with most of it, in percent. */
async function profileOf(run: () => void): Promise<string> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  run();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const names = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url: file } }) => [
      id,
      `${functionName || "(anonymous)"} ${file.split("/").slice(-2).join("/")}`.trim(),
    ]),
  );
  const selfUs = new Map<string, number>();
  let allUs = 0;
  profile.samples?.forEach((id, index) => {
    const us = profile.timeDeltas?.[index] ?? 0;
    const name = names.get(id) ?? "";
    // The profiler itself.
    if (name.startsWith("dispatch")) return;
    allUs += us;
    selfUs.set(name, (selfUs.get(name) ?? 0) + us);
  });
  const most = [...selfUs].sort((a, b) => b[1] - a[1]).slice(0, 8);
  return most.map(([name, us]) => `${Math.round((100 * us) / allUs)} % ${name}`).join(", ");
}

/** A million points into so many groups: what each group holds of memory, and what saving all of them takes. */
function groups(number: number): object {
  const aggregate = operator(
    "rule.aggregate",
    { functions: ["avg", "min", "max", "stddev"], size: "1h", maxGroups: number },
    () => undefined,
  );
  const before = heapBytes();
  const total = 1_000_000;
  const timestamp = new Date().toISOString();
  const tags = {};
  const busySeconds = cpuSeconds();
  for (let index = 0; index < total; index++)
    aggregate.process(
      {
        device_id: `d${index % number}`,
        key: "temperature",
        value: index % 100,
        type: "int",
        quality: 0,
        timestamp,
        tags,
      },
      trace,
    );
  const perSecond = total / (cpuSeconds() - busySeconds);
  const bytesPerGroup = (heapBytes() - before) / number;
  const savingSeconds = cpuSeconds();
  const saved = JSON.stringify([...(aggregate.snapshot?.("all") ?? [])]);
  const snapshotMs = (cpuSeconds() - savingSeconds) * 1_000;
  aggregate.close?.();
  return { perSecond, bytesPerGroup, snapshotMs, savedBytesPerGroup: saved.length / number };
}

/** Of this process: others on the machine do not count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function heapBytes(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("run it with --expose-gc");
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

/** Rules on the bus: all on one subject, or each on that of a device of its own. Runs until it is told to stop. */
async function rules(number: number, subjectOf: (index: number) => string): Promise<void> {
  const nodes = Array.from({ length: number }, (_, index): OperatorPlan => {
    const id = `r${index}`;
    return {
      category: "rule",
      id,
      type: "rule.filter",
      config: { mode: "expression", expression: "value > 90" },
      ruleId: `bench_${id}`,
      inputs: [{ subject: subjectOf(index), queue: `bench.f.${id}`, accepts: "any" }],
      next: {},
      // As the compiler has it where the flow has `results.rejected: false`.
      unpublished: ["rejected"],
      publishes: [],
    };
  });
  const results = { status: false, data: false, format: "envelope" } as const;
  const flow = { id: "f", delivery: "live", results, connections: [], nodes, names: {} } as const;
  const plan: Plan = { flows: [flow], streams: [] };
  const { bus, engine } = await startPlan(url, plan, catalog);
  let cpuBefore = process.cpuUsage();
  let before = 0;
  const evaluated = () => [...engine.nodes()].reduce((sum, node) => sum + (node as OperatorNode).counters.received, 0);
  process.on("message", (message) => {
    if (message === "begin") {
      before = evaluated();
      cpuBefore = process.cpuUsage();
      process.send?.("begun");
    } else if (message === "count") {
      const { user, system } = process.cpuUsage(cpuBefore);
      process.send?.({ evaluated: evaluated() - before, cpuUs: user + system });
    } else {
      void engine
        .stop()
        .then(() => bus.drain())
        .then(() => process.exit(0));
    }
  });
  process.send?.("ready");
}

const send = (measured: object) => process.send?.(measured, () => process.exit(0));
if (what === "fused") send(await fused(Number(count)));
else if (what === "groups") send(groups(Number(count)));
else if (what === "shared") await rules(Number(count), () => "iot.processed.>");
else await rules(Number(count), (index) => `iot.processed.d${index}.*`);
