/** The whole gateway in one process: puts its parts together in the order in which they need each other. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "../flows/format/read.ts";
import { writeDocument } from "../flows/format/write.ts";
import { loadCatalog } from "../nodes/contract/catalog.ts";
import { systemClock } from "../nodes/contract/clock.ts";
import { Accounts, usersAreLost } from "./accounts/accounts.ts";
import { Passwords } from "./accounts/passwords.ts";
import { SetUpMark, setUpMarkFile } from "./accounts/set-up-mark.ts";
import { SetupLink } from "./accounts/setup-link.ts";
import { createApi } from "./api/api.ts";
import type { Health } from "./api/contract.ts";
import { WebSocketEndpoints } from "./api/endpoints.ts";
import { HookEndpoints } from "./api/hooks.ts";
import { type BackupSources, writeBackup } from "./backup/write-backup.ts";
import type { BusOptions } from "./bus/connect-options.ts";
import { findNatsServer } from "./bus/find-nats-server.ts";
import { connectBus } from "./bus/nats-bus.ts";
import { type NatsServer, startNatsServer } from "./bus/nats-server.ts";
import { compile } from "./compiler/compile.ts";
import { compilerSettings } from "./compiler-settings.ts";
import { type Log, logFormat } from "./log.ts";
import { diskOf, watchMachine } from "./machine-watch.ts";
import { removeOrphans } from "./orphan-consumers.ts";
import { editorFolder, examplesFolder, nodesFolder, version } from "./product.ts";
import { serveEndpoints } from "./runtime/endpoint-bridge.ts";
import { startRuntimeHost } from "./runtime/host.ts";
import type { Settings } from "./settings.ts";
import { openStore, type Store } from "./store/store.ts";
import { keepStreams } from "./streams.ts";
import { testsBeside } from "./trial/tests-beside.ts";
import { Trials } from "./trial/trials.ts";

export interface Gateway {
  /** Where the editor is. */
  readonly url: string;
  /** True when the wanted port was taken. */
  /** While there is no user: the link that makes the first. */
  readonly setupLink: string | undefined;
  readonly isOtherPort: boolean;
  /** Address of the bus, without secrets. */
  readonly natsUrl: string;
  readonly isNatsEmbedded: boolean;
  /** False when an external NATS did not answer; the gateway goes on trying. */
  readonly isBusConnected: boolean;
  readonly flows: { readonly running: number; readonly notRunning: number };
  /** Lets messages under way finish, then ends everything that was started. */
  stop(): Promise<void>;
}

/** What could not be started needs no end. */
const nothing = () => undefined;

/** How soon the bus is tried again when the server is our own and comes back at once. */
const embeddedReconnectMs = 250;

/** Rejects with words when something that is needed cannot be had; what was started until then is ended. */
export async function startGateway(settings: Settings, log: Log, settingsFile: string | undefined): Promise<Gateway> {
  const started: (() => unknown)[] = [];
  const stop = async () => {
    for (let end = started.pop(); end !== undefined; end = started.pop()) await end();
  };
  try {
    return await start(settings, settingsFile, log, (end) => started.push(end), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  settings: Settings,
  settingsFile: string | undefined,
  log: Log,
  endWith: (end: () => unknown) => void,
  stop: () => Promise<void>,
): Promise<Gateway> {
  // First, since it is also the lock on the data folder.
  const store = openStore({ dataDir: settings.data_dir, flowsDir: settings.flows_dir, log });
  endWith(() => store.close());
  offerExample(store, settings, log);
  store.nodeStates.keepOnly(
    store.readFlows().map(({ id, document }) => ({ flow: id, nodes: document?.nodes.map((node) => node.id) })),
  );

  const natsStarting = startEmbedded(settings, log);
  endWith(() => natsStarting.then((server) => server?.stop(), nothing));
  const busOptionsKnown = natsStarting.then((server) => busOptionsOf(settings, server));
  const endpoints = new WebSocketEndpoints();
  const hooks = new HookEndpoints(systemClock);
  const runtimeStarting = startRuntimeHost({
    worker: busOptionsKnown.then((options) => workerOptions(settings, options)),
    log,
    serveEndpoints: (port) =>
      serveEndpoints(port, {
        websocket: (path, onClient) => endpoints.websocket(path, onClient),
        http: (path, limits, onRequest) => hooks.http(path, limits, onRequest),
      }),
    secretOf: (name) => store.secrets.reveal(name),
    states: store.nodeStates,
  });
  // Otherwise one that fails while another is waited for would count as a failure that nobody handles.
  runtimeStarting.catch(nothing);
  const busStarting = busOptionsKnown.then((options) => connectBus({ ...options, name: "sluice", log }));
  endWith(() => busStarting.then((bus) => bus.drain(), nothing));
  endWith(() => runtimeStarting.then((runtime) => runtime.stop(), nothing));
  const [natsServer, catalog, bus, runtime] = await Promise.all([
    natsStarting,
    loadCatalog(nodesFolder),
    busStarting,
    runtimeStarting,
  ]);

  const streams = keepStreams({
    bus,
    isEnabled: settings.gateway.jetstream.enabled,
    maxFileBytes: natsServer === undefined ? undefined : settings.gateway.jetstream.max_file,
    clock: systemClock,
    log,
  });
  endWith(() => streams.close());
  const machine = watchMachine({
    clock: systemClock,
    log,
    diskOf,
    folders: [settings.data_dir, settings.gateway.jetstream.store_dir, settings.files_root],
    onChange: () => api.tellHealth(),
  });
  endWith(() => machine.close());
  const setupLink = new SetupLink(join(settings.data_dir, "setup-link"), systemClock);
  const accounts = openAccounts(settings, store, setupLink);
  if (accounts?.areLost()) log.error({}, usersAreLost);
  const natsUrl = natsServer?.url ?? withoutSecrets(settings.gateway.nats_url);
  const trials = new Trials();
  endWith(() => trials.close());
  const api = createApi({
    host: settings.server.host,
    port: settings.server.port,
    accounts,
    isSecure: settings.server.tls_proxy,
    allowedHosts: settings.server.allowed_hosts,
    allowedOrigins: settings.server.allowed_origins,
    version: version(),
    editorFolder,
    busUrl: natsUrl,
    natsServer: () => natsServerHealth(natsServer),
    notices: () => [...machine.notices(), ...(natsServer?.notices() ?? [])],
    isDiskFull: () => machine.isFull(),
    jetstream: () => streams.health(),
    compile: (flows) => compile(flows, catalog, compilerSettings(settings, store.secrets.names())),
    programRole: settings.sidecars.programs === "editor" ? "editor" : "admin",
    prepare: (wanted) => streams.want(wanted),
    backup: () =>
      writeBackup({
        store,
        dataDir: settings.data_dir,
        flowsDir: settings.flows_dir,
        settingsFile,
        nats: backedUpStreams(settings, natsServer),
      }),
    tryOut: (request) => trials.run(request, compilerSettings(settings, store.secrets.names())),
    testsBeside: (flow) => testsBeside(settings.flows_dir, flow),
    catalog,
    store,
    bus,
    runtime,
    endpoints,
    hooks,
    clock: systemClock,
    log,
  });
  endWith(() => api.close());
  streams.onChange(() => api.tellHealth());
  natsServer?.onStatus(() => api.tellHealth());
  if (bus.status().state === "connected") await streams.settled();
  if (natsServer !== undefined && bus.stored !== undefined && streams.health().healthy)
    await removeOrphans(bus.stored, store.readFlows()).catch((err) =>
      log.warn({ err }, "what a deployment left behind in the streams could not be looked for"),
    );
  const { port, isOtherPort } = await api.listen();
  await api.deployments.start();
  const running = api.deployments.plan().flows.length;
  const url = `http://${settings.server.host.includes(":") ? `[${settings.server.host}]` : settings.server.host}:${port}`;
  return {
    url,
    setupLink: accounts === undefined || accounts.isSetUp() ? undefined : setupLink.publish(url),
    isOtherPort,
    natsUrl,
    isNatsEmbedded: natsServer !== undefined,
    isBusConnected: bus.status().state === "connected",
    flows: { running, notRunning: api.deployments.flows().length + api.deployments.unreadable() - running },
    stop,
  };
}

function openAccounts({ server, data_dir }: Settings, store: Store, setupLink: SetupLink): Accounts | undefined {
  if (server.accounts === "off") return undefined;
  return new Accounts({
    users: store.users,
    passwords: new Passwords(),
    setupLink,
    mark: new SetUpMark(setUpMarkFile(data_dir)),
    clock: systemClock,
    idleMs: server.session_idle,
    maxSessionMs: server.session_max,
  });
}

async function startEmbedded({ gateway }: Settings, log: Log): Promise<NatsServer | undefined> {
  if (gateway.nats_url !== "embedded") return undefined;
  const { path, version: found, skipped } = await findNatsServer({ configured: gateway.nats_server });
  for (const why of skipped) log.warn({}, `not used as NATS server: ${why}`);
  log.debug({ path, version: found }, "starting the embedded NATS server");
  const { enabled, max_memory, max_file, store_dir } = gateway.jetstream;
  return startNatsServer({
    binary: path,
    host: "127.0.0.1",
    port: gateway.nats_port,
    storeDir: store_dir,
    jetstream: { enabled, maxMemoryBytes: max_memory, maxFileBytes: max_file },
    log,
  });
}

/** Without an answer at first the gateway starts all the same, says so in its health, and goes on trying. */
function busOptionsOf({ gateway }: Settings, natsServer: NatsServer | undefined): Omit<BusOptions, "log" | "name"> {
  const jetstream = gateway.jetstream.enabled;
  const { max_reconnect, reconnect_wait, timeout, creds, nkey, user, password, token, tls } = gateway.nats_options;
  if (natsServer !== undefined)
    return {
      servers: natsServer.url,
      jetstream,
      waitOnFirstConnect: true,
      reconnectWaitMs: embeddedReconnectMs,
      timeoutMs: timeout,
    };
  return {
    servers: gateway.nats_url,
    jetstream,
    waitOnFirstConnect: true,
    maxReconnect: max_reconnect,
    reconnectWaitMs: reconnect_wait,
    timeoutMs: timeout,
    credsFile: creds,
    nkeyFile: nkey,
    user,
    password,
    token,
    tls: tls && { caFile: tls.ca, certFile: tls.cert, keyFile: tls.key, handshakeFirst: tls.handshake_first },
  };
}

function workerOptions(settings: Settings, busOptions: Omit<BusOptions, "log" | "name">) {
  const { output_subject, error_subject } = settings.rule_engine.nats;
  return {
    bus: { ...busOptions, name: "sluice runtime" },
    connections: settings.gateway.nats_options.connections,
    log: { ...settings.log, format: logFormat(settings.log.format) },
    filesRoot: settings.files_root,
    reach: { loopback: settings.outbound.loopback, privateNetworks: settings.outbound.private_networks },
    outputSubject: output_subject,
    replayPerS: settings.northbound.replay_rate,
    ...(error_subject === undefined ? {} : { errorSubject: error_subject }),
    metricsPeriodMs: settings.metrics.interval,
  };
}

function natsServerHealth(natsServer: NatsServer | undefined): Health["natsServer"] {
  if (natsServer === undefined) return { embedded: false, state: "external", detail: "" };
  return { embedded: true, ...natsServer.status() };
}

function backedUpStreams({ gateway }: Settings, natsServer: NatsServer | undefined): BackupSources["nats"] {
  if (natsServer === undefined) return { none: "they are on a NATS server of its own, which has its own backups" };
  return gateway.jetstream.enabled ? { url: natsServer.url } : { none: "nothing is stored" };
}

function withoutSecrets(servers: Settings["gateway"]["nats_url"]): string {
  return [servers]
    .flat()
    .map((server) => server.replace(/^(\w+:\/\/)?[^@/]*@/, "$1"))
    .join(", ");
}

/** A gateway that was never used begins with a flow that shows what it can do. */
function offerExample(store: Store, { flows_dir }: Settings, log: Log): void {
  if (!store.isUnused()) return;
  const example = join(examplesFolder, "boiler-demo.flow.json");
  const read = readDocument(readFileSync(example, "utf8"), example);
  if (!read.ok) throw new Error(`the example is broken: ${read.problems[0]?.message ?? ""}`);
  const id = "boiler-room";
  writeFileSync(join(flows_dir, `${id}.flow.json`), writeDocument({ ...read.document, id }));
  log.info({ flow: id }, "first start: an example flow was put in place");
}
