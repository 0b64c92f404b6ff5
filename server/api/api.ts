/** Puts the API together: deployments, live feed, health, metrics and the port they are served on. */
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Catalog } from "../../nodes/contract/catalog.ts";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Bus } from "../bus/bus.ts";
import type { Compiled } from "../compiler/compile.ts";
import { nodeKey } from "../compiler/plan.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime/port.ts";
import type { Store } from "../store/store.ts";
import { ActivityLog } from "./activity-log.ts";
import { AlarmJournal } from "./alarm-journal.ts";
import { Callers } from "./callers.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Deployments, type DeploymentsOptions } from "./deploy.ts";
import type { WebSocketEndpoints } from "./endpoints.ts";
import { goneRules } from "./gone-rules.ts";
import { Guard, type GuardOptions } from "./guard.ts";
import { type HealthSources, readHealth } from "./health.ts";
import type { HookEndpoints } from "./hooks.ts";
import { Live } from "./live.ts";
import { Metrics } from "./metrics.ts";
import { createRoutes, type RouteServices } from "./routes.ts";
import { type ApiServer, startApiServer } from "./server.ts";

export interface ApiOptions
  extends GuardOptions,
    Pick<RouteServices, "accounts" | "backup" | "tryOut" | "testsBeside">,
    Pick<HealthSources, "version" | "busUrl" | "jetstream" | "natsServer" | "notices" | "isDiskFull"> {
  readonly port: number;
  /** Browsers come over TLS, from a proxy. */
  readonly isSecure: boolean;
  readonly editorFolder: string;
  readonly catalog: Catalog;
  readonly store: Store;
  readonly bus: Bus;
  readonly runtime: Pick<
    Runtime,
    "apply" | "committed" | "retry" | "tap" | "trace" | "recent" | "probe" | "command" | "onActivity"
  > & {
    state(): { readonly state: string; readonly detail: string };
  };
  readonly endpoints: WebSocketEndpoints;
  readonly hooks: HookEndpoints;
  readonly clock: Clock;
  readonly log: Log;
  compile(flows: readonly FlowDocument[]): Compiled;
  readonly programRole: DeploymentsOptions["programRole"];
  prepare: DeploymentsOptions["prepare"];
}

export interface Api {
  readonly deployments: Deployments;
  /** To be called when something that health shows has changed. */
  tellHealth(): void;
  /** Resolves when requests are answered. Rejects when the address cannot be used. */
  listen(): Promise<Pick<ApiServer, "port" | "isOtherPort">>;
  close(): Promise<void>;
}

/** Nothing is served until `listen()`, and nothing runs until `deployments.start()`. */
export function createApi(options: ApiOptions): Api {
  const { bus, runtime, clock, store, compile, log } = options;
  const activityLog = new ActivityLog();
  const deployments = new Deployments({
    store,
    runtime,
    compile,
    prepare: options.prepare,
    programRole: options.programRole,
    startsProgram: (type, config) => options.catalog.nodes.get(type)?.startsProgram?.(config) ?? false,
    log,
    onRefreshed(plan) {
      activityLog.keepOnly(plan);
      live.tellHealth();
    },
    onDeployed(flows, author, plan, before) {
      activityLog.keepOnly(plan);
      const gone = goneRules(before, plan, options.catalog);
      if (gone.size > 0) alarms.rulesGone((flow, node) => gone.has(nodeKey(flow, node)), author);
      live.tellDeployed(flows, author);
      live.tellHealth();
    },
  });
  deployments.load();
  const startedMs = clock.monotonic();
  const health = () =>
    readHealth({
      ...options,
      startedMs,
      nowMs: () => clock.monotonic(),
      bus: () => bus.status(),
      runtime: () => runtime.state(),
      plan: () => deployments.plan(),
      unreadableFlows: () => deployments.unreadable(),
      activityLog,
    });
  const alarms = new AlarmJournal({
    alarms: store.alarms,
    bus,
    runtime,
    clock,
    log,
    onChanged: () => live.tellAlarms(),
  });
  const live = new Live({ runtime, activityLog, bus, clock, health, alarmCounts: () => alarms.read().counts() });
  // Flow files may have been changed while no gateway ran.
  alarms.rulesGone((flow, node) => deployments.isKnownWithout(flow, node), "");
  const { accounts } = options;
  const callers = new Callers(accounts, options.isSecure);
  const stopWatchingAccounts = accounts?.onLess(() => live.dropStrangers());
  const stopWatchingBus = bus.onStatus(() => live.tellHealth());
  const metrics = new Metrics(activityLog, health);
  let server: ApiServer | undefined;
  return {
    deployments,
    tellHealth: () => live.tellHealth(),
    async listen() {
      const deadLetters = new DeadLetters({ ...options, actions: store.deadLetterActions });
      server = await startApiServer({
        ...options,
        routes: createRoutes({
          catalog: options.catalog,
          store,
          deployments,
          activityLog,
          bus,
          runtime,
          deadLetters,
          health,
          accounts,
          secrets: store.secrets,
          audit: store.audit,
          alarms,
          tryOut: options.tryOut,
          testsBeside: options.testsBeside,
          nowMs: () => clock.now(),
          flowsWithSecret: (name) => deployments.flowsWithSecret(name),
          onSecretChanged: () => deployments.refresh(),
          backup: options.backup,
        }),
        guard: new Guard(options),
        callers,
        audit: store.audit,
        live,
        metrics: () => metrics.text(),
      });
      return server;
    },
    async close() {
      stopWatchingBus();
      stopWatchingAccounts?.();
      live.close();
      await server?.close();
      metrics.close();
      await alarms.close();
    },
  };
}
