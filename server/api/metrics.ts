/** `GET /metrics`: the gateway for Prometheus, in its text format. Labels are flow and node, so their number is bounded. */
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { NodeBuffer, NodeCounters } from "../runtime/activity.ts";
import type { ActivityLog } from "./activity-log.ts";
import type { Health } from "./contract.ts";

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const counters: readonly (readonly [name: Exclude<keyof NodeCounters, "ports">, help: string])[] = [
  ["received", "Messages that came into a node."],
  ["emitted", "Messages that left a node."],
  ["failed", "Messages that a node could not handle."],
  ["dropped", "Messages given up because a mailbox was full."],
];

const buffers: readonly (readonly [
  name: string,
  type: "counter" | "gauge",
  help: string,
  value: (buffer: NodeBuffer) => number,
])[] = [
  ["waiting", "gauge", "Messages in the stream that a sink's target has not confirmed.", ({ waiting }) => waiting],
  ["oldest_seconds", "gauge", "Age of the oldest of them.", ({ oldestAgeMs }) => oldestAgeMs / 1_000],
  [
    "buffer_fill_ratio",
    "gauge",
    "Share of the stream's room that they take; at 1 the oldest are lost.",
    ({ fill }) => fill,
  ],
  ["lost_total", "counter", "Messages the stream dropped before they were delivered.", ({ lost }) => lost],
];

const resolutionMs = 20;

export class Metrics {
  readonly #activityLog: ActivityLog;
  readonly #health: () => Health;
  readonly #eventLoop: IntervalHistogram;

  constructor(activityLog: ActivityLog, health: () => Health) {
    this.#activityLog = activityLog;
    this.#health = health;
    this.#eventLoop = monitorEventLoopDelay({ resolution: resolutionMs });
    this.#eventLoop.enable();
  }

  /** Event-loop delays are those since the last call. */
  text(): string {
    const health = this.#health();
    const { statuses, nodes } = this.#activityLog.snapshot();
    const memory = process.memoryUsage();
    const labelled = (value: (counters: NodeCounters) => number): Sample[] =>
      nodes.map(({ flow, node, counters }) => [{ flow, node }, value(counters)]);
    const families = [
      family("sluice_up", "gauge", "1 while messages can flow.", [[{}, health.status === "failed" ? 0 : 1]]),
      family("sluice_info", "gauge", "The version that runs.", [[{ version: health.version }, 1]]),
      family("sluice_bus_connected", "gauge", "1 while NATS is connected.", [
        [{}, health.bus.state === "connected" ? 1 : 0],
      ]),
      family("sluice_jetstream_healthy", "gauge", "1 while messages can be stored.", [
        [{}, health.jetstream.healthy ? 1 : 0],
      ]),
      family("sluice_flows", "gauge", "Flows that run.", [[{}, health.runtime.flows]]),
      ...counters.map(([name, help]) =>
        family(
          `sluice_node_${name}_total`,
          "counter",
          help,
          labelled((all) => all[name]),
        ),
      ),
      family(
        "sluice_node_queued",
        "gauge",
        "Messages that wait in a node's mailbox.",
        labelled(({ queued }) => queued),
      ),
      ...buffers.map(([name, type, help, value]) =>
        family(
          `sluice_sink_${name}`,
          type,
          help,
          nodes.flatMap(({ flow, node, buffer }) => (buffer === undefined ? [] : [[{ flow, node }, value(buffer)]])),
        ),
      ),
      family(
        "sluice_node_last_message_timestamp_seconds",
        "gauge",
        "When a node last sent a message; 0 = never.",
        labelled(({ lastMessageMs }) => lastMessageMs / 1_000),
      ),
      family(
        "sluice_node_healthy",
        "gauge",
        "1 unless the node's peer is away.",
        statuses.map(({ flow, node, state }) => [{ flow, node }, state === "failed" || state === "connecting" ? 0 : 1]),
      ),
      family("process_uptime_seconds", "gauge", "Since the process started.", [[{}, process.uptime()]]),
      family("process_cpu_seconds_total", "counter", "CPU time used, all threads.", [[{}, cpuSeconds()]]),
      family("process_resident_memory_bytes", "gauge", "Memory of the process.", [[{}, memory.rss]]),
      family("nodejs_heap_used_bytes", "gauge", "Heap of the main thread.", [[{}, memory.heapUsed]]),
      family("nodejs_eventloop_lag_p99_seconds", "gauge", "Delay of the main thread's event loop.", [
        [{}, this.#lagSeconds()],
      ]),
    ];
    return families.join("");
  }

  close(): void {
    this.#eventLoop.disable();
  }

  #lagSeconds(): number {
    const measuredMs = this.#eventLoop.percentile(99) / 1e6;
    this.#eventLoop.reset();
    // What is measured is the time from one tick to the next.
    return Math.max(0, measuredMs - resolutionMs) / 1_000;
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
