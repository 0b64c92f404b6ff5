/** `sluice start`: runs the gateway until it is told to stop. */
import type { Gateway } from "../gateway.ts";
import { createLog, type Log, logFormat } from "../log.ts";
import { version } from "../product.ts";
import type { LoadedSettings } from "../settings/load.ts";
import type { Settings } from "../settings.ts";

const stopWithinMs = 20_000;

/** Errors whose message is all that a person needs. Known by name, so that this need not load who throws them. */
const expected = new Set(["StoreError", "NatsServerError", "BusConnectError", "ListenError"]);

/** Ends the process: with 0 after a signal, with 1 when the gateway cannot start or is itself at fault. */
export async function runStart({ settings, file, warnings }: LoadedSettings): Promise<void> {
  const log = createLog(settings.log);
  process.on("uncaughtException", (error) => die(log, error));
  process.on("unhandledRejection", (reason) => die(log, reason));
  for (const warning of warnings) log.warn({}, warning);
  log.debug({ file: file ?? "none" }, "settings read");
  const { startGateway } = await import("../gateway.ts");
  const starting = startGateway(settings, log, file);
  stopOnSignals(starting, log);
  try {
    announce(await starting, settings, log);
  } catch (error) {
    if (error instanceof Error && expected.has(error.name)) {
      log.fatal({}, `The gateway cannot start. ${error.message}`);
      process.exit(1);
    }
    die(log, error);
  }
}

function die(log: Log, error: unknown): never {
  const err = error instanceof Error ? error : new Error(String(error));
  log.fatal({ err }, "the gateway ends because of an error of its own");
  process.exit(1);
}

/** The first asks, the second insists. */
function stopOnSignals(starting: Promise<Gateway>, log: Log): void {
  let isStopping = false;
  const onSignal = async (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, "stopping; once more ends at once");
    setTimeout(() => {
      log.error({}, `not stopped within ${stopWithinMs / 1_000} s: ending now`);
      process.exit(1);
    }, stopWithinMs).unref();
    const gateway = await starting.catch(() => undefined);
    await gateway?.stop();
    log.info({}, "stopped");
    process.exit(0);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

function announce(gateway: Gateway, settings: Settings, log: Log): void {
  const { url, setupLink, natsUrl, isOtherPort, isNatsEmbedded, isBusConnected, flows } = gateway;
  const taken = `port ${settings.server.port} is taken by another program, so this is another one; --set server.port=… chooses one`;
  if (isOtherPort) log.warn({ url }, taken);
  if (settings.server.insecure_http)
    log.warn({ url }, "there is no TLS: whoever can listen in the network learns passwords and data");
  const { data_dir, flows_dir } = settings;
  if (logFormat(settings.log.format) === "json") {
    log.info({ url, nats: natsUrl, flows, dataDir: data_dir, flowsDir: flows_dir }, "the gateway is running");
    // Not in the log, which others may read: whoever has the link becomes the admin.
    if (setupLink !== undefined) process.stderr.write(`\n${firstSteps(setupLink)}\n`);
    return;
  }
  const bus = isNatsEmbedded ? " (embedded)" : isBusConnected ? "" : " (NOT REACHABLE yet; nothing flows until it is)";
  const notRunning = flows.notRunning === 0 ? "" : `, ${flows.notRunning} not (see above or in the editor)`;
  process.stderr.write(`
  Sluice ${version()} is running.

    Editor   ${url}${isOtherPort ? "   (not the usual port!)" : ""}
    Bus      ${natsUrl}${bus}
    Flows    ${flows.running} running${notRunning}, from ${flows_dir}
    Data     ${data_dir}

${setupLink === undefined ? "" : `${firstSteps(setupLink)}\n`}`);
}

function firstSteps(setupLink: string): string {
  return `  Nobody has signed in yet. Open this link, good once and for 30 minutes, to make the first user:

    ${setupLink}
`;
}
