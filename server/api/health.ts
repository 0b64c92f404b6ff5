/** How the gateway is, in one answer: what `GET /api/health` and the editor's header say. */
import type { BusStatus } from "../bus/bus.ts";
import type { Plan } from "../compiler/plan.ts";
import type { ActivityLog } from "./activity-log.ts";
import type { Health } from "./contract.ts";

export interface HealthSources {
  readonly version: string;
  readonly startedMs: number;
  readonly nowMs: () => number;
  /** The address it was told to use, for people. */
  readonly busUrl: string;
  bus(): BusStatus;
  jetstream(): Health["jetstream"];
  natsServer(): Health["natsServer"];
  /** Of the machine and of the store. */
  notices(): readonly string[];
  /** The disk is so full that it is a fault. */
  isDiskFull(): boolean;
  runtime(): { readonly state: string; readonly detail: string };
  plan(): Plan;
  /** Flow files that cannot be read: they do not run, and that is worth telling. */
  unreadableFlows(): number;
  readonly activityLog: ActivityLog;
}

/** `failed`: nothing flows, since the bus or the runtime is away. `degraded`: something does not. */
export function readHealth(sources: HealthSources): Health {
  const bus = sources.bus();
  const jetstream = sources.jetstream();
  const natsServer = sources.natsServer();
  const runtime = sources.runtime();
  const plan = sources.plan();
  const failing = sources.activityLog.snapshot().statuses.filter(({ state }) => state === "failed").length;
  const unreadable = sources.unreadableFlows();
  const isFailed = bus.state !== "connected" || runtime.state !== "running";
  const cannotStore = jetstream.enabled && !jetstream.healthy;
  const isNatsAway = natsServer.embedded && natsServer.state !== "running";
  const isDegraded = failing > 0 || unreadable > 0 || cannotStore || isNatsAway || sources.isDiskFull();
  return {
    status: isFailed ? "failed" : isDegraded ? "degraded" : "ok",
    version: sources.version,
    uptimeS: Math.floor((sources.nowMs() - sources.startedMs) / 1_000),
    bus: {
      state: bus.state,
      url: sources.busUrl,
      server: bus.state === "connected" ? `${bus.server} (nats-server ${bus.version})` : "",
      detail: bus.state === "connected" ? "" : bus.detail,
    },
    jetstream,
    natsServer,
    notices: [
      ...(isNatsAway ? [`NATS is away: ${natsServer.detail}`] : []),
      ...(cannotStore && bus.state === "connected" ? [`messages cannot be stored: ${jetstream.detail}`] : []),
      ...sources.notices(),
    ],
    runtime: {
      state: [
        runtime.detail === "" ? runtime.state : `${runtime.state}: ${runtime.detail}`,
        ...(unreadable > 0 ? [`${unreadable} flow file(s) cannot be read, see the log`] : []),
      ].join("; "),
      flows: plan.flows.length,
      nodes: plan.flows.reduce((sum, { nodes }) => sum + nodes.length, 0),
      failing,
    },
  };
}
