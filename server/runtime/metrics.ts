/** Tells the bus regularly how the gateway is doing: `iot.metrics.performance.*` and `iot.metrics.health.*`. */
import { randomUUID } from "node:crypto";
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { Bus } from "../bus/bus.ts";
import { envelopeEncoder, isoTime } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import type { HealthReport, PerformanceReport } from "../bus/payloads.ts";
import { type Publication, publishTogether } from "../bus/publish-together.ts";
import { type Module, modules, subjects } from "../bus/subjects.ts";
import type { NodeStatus } from "./activity.ts";
import type { Engine } from "./engine.ts";
import type { Latency } from "./latency.ts";

const encode = envelopeEncoder({ source: modules.runtime.source });
const headers = messageHeaders("metric");
const stages = ["adapter", "plugin", "rule", "sink"] as const;

interface Totals {
  received: number;
  emitted: number;
  failed: number;
  dropped: number;
  queued: number;
}

/** Publishes once at the start, as the sign that the runtime is ready, and then every `periodMs`. */
export function startMetrics(given: {
  bus: Bus;
  clock: Clock;
  engine: Engine;
  latency: Latency;
  periodMs: number;
}): Timer {
  const { bus, clock, engine, latency, periodMs } = given;
  let before = totals(engine);
  let beforeMs = clock.monotonic();
  let messages: Publication[] = [];
  const publish = (subject: string, data: PerformanceReport | HealthReport) => {
    const trace = { id: randomUUID(), hops: 0 };
    messages.push({ subject, payload: encode(JSON.stringify(data), trace, clock.now()), headers: headers(trace.id) });
  };
  /** How long NATS took to confirm the report before; nothing when it did not. */
  let confirmed: { readonly bus_confirm_ms?: number } = {};
  const send = () => {
    const sentMs = clock.monotonic();
    publishTogether(bus, messages).then(
      () => {
        confirmed = { bus_confirm_ms: Math.round((clock.monotonic() - sentMs) * 100) / 100 };
      },
      // That the bus is away is told by its own state.
      () => {
        confirmed = {};
      },
    );
    messages = [];
  };
  const tell = () => {
    const now = totals(engine);
    const nowMs = clock.monotonic();
    const timestamp = isoTime(clock.now());
    const elapsedMs = Math.max(1, nowMs - beforeMs);
    // A node that was removed takes its counts with it, so a difference can be negative; that is no rate.
    const perSecond = (name: keyof Totals) =>
      Math.round((Math.max(0, now[name] - before[name]) * 10_000) / elapsedMs) / 10;
    const report = (figures: Readonly<Record<string, number>>): PerformanceReport => ({
      timestamp,
      period_ms: periodMs,
      ...figures,
    });
    const { count, p50Ms, p95Ms, p99Ms } = latency.take();
    const { rss, heapUsed, external } = process.memoryUsage();
    publish(
      subjects.performance("throughput"),
      report({
        received_per_s: perSecond("received"),
        emitted_per_s: perSecond("emitted"),
        failed_per_s: perSecond("failed"),
        dropped_per_s: perSecond("dropped"),
        received: now.received,
        emitted: now.emitted,
        failed: now.failed,
        dropped: now.dropped,
      }),
    );
    publish(
      subjects.performance("latency"),
      report({ count, p50_ms: p50Ms, p95_ms: p95Ms, p99_ms: p99Ms, ...confirmed }),
    );
    publish(
      subjects.performance("memory"),
      report({ rss_bytes: rss, heap_used_bytes: heapUsed, external_bytes: external }),
    );
    publish(subjects.performance("queue"), report({ queued: now.queued, dropped: now.dropped }));
    for (const module of [...stages, "runtime"] as const)
      publish(subjects.health(modules[module].token), health(engine, module, timestamp));
    send();
    before = now;
    beforeMs = nowMs;
  };
  tell();
  return clock.every(periodMs, tell);
}

function totals(engine: Engine): Totals {
  const sum: Totals = { received: 0, emitted: 0, failed: 0, dropped: 0, queued: 0 };
  for (const { counters } of engine.nodes())
    for (const name of Object.keys(sum) as (keyof Totals)[]) sum[name] += counters[name];
  return sum;
}

function health(engine: Engine, module: Module, timestamp: string): HealthReport {
  const category = new Map([...engine.nodes()].map((node) => [`${node.flow}/${node.plan.id}`, node.plan.category]));
  const mine = [...engine.statuses()].filter(
    ({ flow, node }) => module === "runtime" || category.get(`${flow}/${node}`) === module,
  );
  const failing = mine.filter(({ state }) => state === "failed" || state === "degraded");
  return {
    timestamp,
    healthy: failing.length === 0,
    state: failing.length === 0 ? "ok" : "degraded",
    detail: failing.slice(0, 3).map(explain).join("; "),
    nodes: mine.length,
    failing: failing.map(({ flow, node }) => `${flow}/${node}`),
  };
}

function explain({ flow, node, state, detail }: NodeStatus): string {
  return `${flow}/${node} ${state}: ${detail}`;
}
