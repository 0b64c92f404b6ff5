/** For tests of the API: the real thing on a free port, over a store in a temporary folder, with a runtime that only remembers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { catalogOf } from "../../nodes/contract/catalog.ts";
import { defineConnector } from "../../nodes/contract/connector.ts";
import { type AlarmCommand, defineOperator } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import { ManualClock } from "../../nodes/contract/testing.ts";
import { Accounts } from "../accounts/accounts.ts";
import { Passwords } from "../accounts/passwords.ts";
import { SetUpMark } from "../accounts/set-up-mark.ts";
import { SetupLink } from "../accounts/setup-link.ts";
import type { Bus } from "../bus/bus.ts";
import { MemoryBus } from "../bus/memory-bus.ts";
import { compile } from "../compiler/compile.ts";
import type { Plan } from "../compiler/plan.ts";
import { createLog } from "../log.ts";
import type { Activity, TraceHop } from "../runtime/activity.ts";
import type {
  ApplyResult,
  KeptNodes,
  MessagePlace,
  ProbeRequest,
  ProbeResult,
  RetriedMessage,
  RetryOutcome,
  Runtime,
  TapTarget,
} from "../runtime/port.ts";
import { openStore, type Store } from "../store/store.ts";
import { runTrial } from "../trial/run-trial.ts";
import { testsBeside } from "../trial/tests-beside.ts";
import { createApi } from "./api.ts";
import type { Health } from "./contract.ts";
import { WebSocketEndpoints } from "./endpoints.ts";
import { HookEndpoints } from "./hooks.ts";

const described = { title: "", summary: "", help: "", icon: "", examples: [] };
const testCatalog = catalogOf([
  defineConnector({
    ...described,
    type: "adapter.test",
    protocol: "mock",
    config: z.strictObject({ device: z.string().default("d1") }),
    scope: ({ device }) => ({ devices: [device] }),
    open: async () => ({ close: async () => undefined }),
  }),
  defineOperator({
    ...described,
    type: "rule.limit",
    accepts: "point",
    config: z.strictObject({ above: z.number() }),
    line: ({ above }) => `value > ${above}`,
    create: () => ({ process: () => undefined }),
  }),
]);

export class RecordingRuntime implements Runtime {
  readonly applied: Plan[] = [];
  readonly probed: ProbeRequest[] = [];
  probeAnswer: ProbeResult = { ok: false, message: "nothing listens there" };
  taps: readonly TapTarget[] = [];
  kept: KeptNodes | undefined;
  hops: readonly TraceHop[] = [];
  messages: readonly (Point | Raw)[] = [];
  /** The places of the last `recent`. */
  asked: readonly MessagePlace[] = [];
  readonly commands: AlarmCommand[] = [];
  isCommandDone = true;
  runtimeState = { state: "running", detail: "" };
  /** Decides what `apply` answers; everything works when it is not set. */
  answer: ((plan: Plan) => ApplyResult | Promise<ApplyResult>) | undefined;
  readonly #listeners = new Set<(activity: Activity) => void>();

  async apply(plan: Plan): Promise<ApplyResult> {
    this.applied.push(plan);
    const changes = { started: 1, restarted: 0, rewired: 0, stopped: 0, kept: 0 };
    return (await this.answer?.(plan)) ?? { ok: true, changes };
  }
  readonly retried: RetriedMessage[] = [];
  retryOutcome: (message: RetriedMessage) => Promise<RetryOutcome> = async () => ({ ok: true });
  retry(message: RetriedMessage): Promise<RetryOutcome> {
    this.retried.push(message);
    return this.retryOutcome(message);
  }
  committed(kept: KeptNodes): void {
    this.kept = kept;
  }
  tap(targets: readonly TapTarget[]): void {
    this.taps = targets;
  }
  async trace(): Promise<readonly TraceHop[]> {
    return this.hops;
  }
  async recent(places: readonly MessagePlace[]): Promise<readonly (Point | Raw)[]> {
    this.asked = places;
    return this.messages;
  }
  async probe(request: ProbeRequest): Promise<ProbeResult> {
    this.probed.push(request);
    return this.probeAnswer;
  }
  async command(command: AlarmCommand): Promise<boolean> {
    this.commands.push(command);
    return this.isCommandDone;
  }
  onActivity(call: (activity: Activity) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }
  state() {
    return this.runtimeState;
  }
  async stop(): Promise<void> {}
  tell(activity: Partial<Activity>): void {
    const complete = { statuses: [], nodes: [], samples: [], skipped: 0, errors: [], ...activity };
    for (const listener of this.#listeners) listener(complete);
  }
}

export interface TestApiOptions {
  readonly bus?: Bus;
  readonly folder?: string;
  readonly store?: (store: Store) => Store;
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  readonly jetstream?: Health["jetstream"];
  readonly editorFolder?: string;
  readonly port?: number;
  /** People have to sign in; otherwise nobody has to. */
  readonly hasAccounts?: boolean;
  readonly isSecure?: boolean;
  readonly answer?: RecordingRuntime["answer"];
}

/** Started and, when the test is finished, closed. */
export async function startTestApi(options: TestApiOptions = {}) {
  const folder = options.folder ?? temporaryFolder();
  const log = createLog({ level: "silent", format: "json" });
  const opened = openStore({ dataDir: join(folder, "data"), flowsDir: join(folder, "flows"), log });
  const store = options.store?.(opened) ?? opened;
  const runtime = new RecordingRuntime();
  runtime.answer = options.answer;
  const memoryBus = new MemoryBus();
  const bus = options.bus ?? memoryBus;
  const clock = new ManualClock();
  const endpoints = new WebSocketEndpoints();
  const hooks = new HookEndpoints(clock);
  const compilerSettings = {
    inputSubject: "iot.processed.>",
    inputMatch: "widen",
    outputSubject: "iot.rules.*",
    queueGroup: "workers",
    secrets: new Set<string>(),
    env: {},
  } as const;
  const setupLink = new SetupLink(join(folder, "setup-link"), clock);
  const accounts = options.hasAccounts
    ? new Accounts({
        users: store.users,
        passwords: new Passwords(8),
        setupLink,
        mark: new SetUpMark(join(folder, "has-users")),
        clock,
        idleMs: 30 * 60_000,
        maxSessionMs: 12 * 60 * 60_000,
      })
    : undefined;
  const api = createApi({
    host: "127.0.0.1",
    port: options.port ?? 0,
    allowedHosts: options.allowedHosts ?? [],
    allowedOrigins: options.allowedOrigins ?? [],
    version: "1.2.3",
    busUrl: "nats://127.0.0.1:4222",
    editorFolder: options.editorFolder ?? join(folder, "editor"),
    catalog: testCatalog,
    programRole: "admin",
    backup: () => Promise.reject(new Error("no backup is made here")),
    compile: (flows) => compile(flows, testCatalog, compilerSettings),
    prepare: async () => undefined,
    tryOut: (request) => runTrial(request, testCatalog, compilerSettings),
    testsBeside: (flow) => testsBeside(join(folder, "flows"), flow),
    jetstream: () => options.jetstream ?? { enabled: true, healthy: true, detail: "" },
    natsServer: () => ({ embedded: true, state: "running", detail: "" }),
    notices: () => [],
    isDiskFull: () => false,
    accounts,
    isSecure: options.isSecure ?? false,
    store,
    bus,
    runtime,
    endpoints,
    hooks,
    clock,
    log,
  });
  await api.deployments.start();
  const { port, isOtherPort } = await api.listen();
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= api.close();
    return closing;
  };
  onTestFinished(async () => {
    await close();
    opened.close();
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    folder,
    store,
    runtime,
    bus: memoryBus,
    clock,
    endpoints,
    hooks,
    port,
    isOtherPort,
    close,
    url,
    accounts,
    setupToken: setupLink.publish(url).split("#setup=")[1] ?? "",
    /** Sends JSON and answers status, headers and the parsed answer. */
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      // Of any type: tests look at answers by their fields.
      const json = isJson ? JSON.parse(text) : undefined;
      return { status: response.status, headers: response.headers, text, json };
    },
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-api-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A flow that compiles: a test adapter wired to a limit. */
export function testFlow(id: string, changes: Record<string, unknown> = {}) {
  return {
    format: 1,
    id,
    name: id,
    nodes: [
      { id: "in", type: "adapter.test", config: { device: id } },
      { id: "hot", type: "rule.limit", config: { above: 80 } },
    ],
    wires: [],
    ...changes,
  };
}
