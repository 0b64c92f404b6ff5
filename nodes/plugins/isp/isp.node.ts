import { defineConnector } from "../../contract/connector.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import type { OpenedProcessor, ProcessorContext } from "../../contract/processor.ts";
import { type Config, config } from "./config.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { freePort, type Program, startProgram } from "./program.ts";
import { Sidecar } from "./sidecar.ts";

const mailbox = 10_000;
/** The node's own deadline comes first, with better words. */
const graceMs = 1_000;
const connectEveryMs = 100;
/** A program that ends takes its connection with it: its end says more than that. */
const lastWordsMs = 500;

export default defineConnector({
  type: "plugin.isp",
  title: "Sidecar",
  summary: "Reads devices or handles points in a program of its own, in any language",
  icon: "puzzle",
  keywords: ["isp", "sidecar", "python", "plugin", "process", "external", "script", "custom", "protocol", "model"],
  help,
  accepts: "point",
  protocol: "isp",
  config,
  examples,
  line: ({ start, command, args, host, port }) =>
    start === "program" ? [command, ...args].join(" ").slice(0, 60) : `${host}:${port}`,
  startsProgram: ({ start }) => start !== "running",
  scope: ({ deviceId }) => (deviceId === "" ? {} : { devices: [deviceId] }),
  limits: ({ maxInFlight, timeout }) => ({ maxInFlight, timeoutMs: timeout + graceMs, mailbox }),
  open: (settings, context) =>
    settings.start === "program"
      ? openProgram(settings, context)
      : Sidecar.open(settings, settings.port, context, settings.startTimeout),
});

/** Starts the program, waits until it listens, and ends it with the node. */
async function openProgram(settings: Config, context: ProcessorContext<undefined>): Promise<OpenedProcessor<Point>> {
  const port = await freePort();
  let ended: ConnectionError | undefined;
  const program = await startProgram({
    command: settings.command,
    args: settings.args,
    folder: settings.folder,
    root: context.filesRoot,
    env: {
      ...Object.fromEntries(settings.env.map(({ name, value }) => [name, value])),
      ISP_PORT: String(port),
      ISP_SUPERVISED: "1",
    },
    clock: context.clock,
    onLine: (line) => context.log(line),
    onEnd: (reason) => {
      ended = new ConnectionError(reason);
      context.lost(ended);
    },
  });
  try {
    const lost = (error: Error) => void context.clock.after(lastWordsMs, () => context.lost(error));
    const sidecar = await whenListening(settings, port, { ...context, lost }, () => ended);
    return { process: (point, request) => sidecar.process(point, request), close: () => closeBoth(sidecar, program) };
  } catch (error) {
    await program.stop();
    throw ended ?? error;
  }
}

async function closeBoth(sidecar: Sidecar, program: Program): Promise<void> {
  await sidecar.close();
  await program.stop();
}

async function whenListening(
  settings: Config,
  port: number,
  context: ProcessorContext<undefined>,
  ended: () => ConnectionError | undefined,
): Promise<Sidecar> {
  const untilMs = context.clock.monotonic() + settings.startTimeout;
  for (;;) {
    try {
      return await Sidecar.open(settings, port, context, settings.startTimeout);
    } catch (error) {
      const isRefused = error instanceof ConnectionError && error.cause instanceof Error && "code" in error.cause;
      const over = ended() ?? (context.signal.aborted ? error : undefined);
      if (over !== undefined || !isRefused) throw over ?? error;
      if (context.clock.monotonic() >= untilMs)
        throw new ConnectionError(
          `the program runs but does not listen on port ${port} after ${settings.startTimeout / 1_000} s: it has to listen on 127.0.0.1 at the port in ISP_PORT`,
        );
      await new Promise<void>((resolve) => context.clock.after(connectEveryMs, resolve));
    }
  }
}
