/** The command line: what can be said, and what was said. */
import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";

export const commands = [
  "start",
  "validate",
  "explain",
  "test",
  "import",
  "deploy",
  "isp-check",
  "simulate",
  "backup",
  "restore",
  "audit",
  "secrets",
  "accounts",
  "version",
  "help",
] as const;
export type Command = (typeof commands)[number];

export interface CommandLine {
  readonly command: Command;
  /** What stands after the command: files, or the id of a flow. */
  readonly names: readonly string[];
  readonly configFile: string | undefined;
  /** `key=value` of each `--set`, with those of the short options. */
  readonly assignments: readonly string[];
  readonly isJson: boolean;
  /** Of `isp-check`: how long it waits for what a sidecar sends by itself; 20 s when left out. */
  readonly waitSeconds?: number | undefined;
  /** Of `deploy` and `backup`: the gateway and a token of it; of `deploy` also why. The environment says what is left out. */
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly message?: string | undefined;
  /** Of `restore`: the key of the secrets; the one in data_dir when left out. */
  readonly keyFile?: string | undefined;
  /** Of `test`: where the results go for a CI system. */
  readonly junitFile?: string | undefined;
  /** Of `simulate`. */
  readonly simulation?: Simulation;
  /** Of `import`: the folder the flow files go to; flows_dir when left out. */
  readonly outFolder?: string | undefined;
}

export interface Simulation {
  readonly port: number;
  /** The same seed gives the same device. */
  readonly seed: number;
  /** Devices behind one address, with the unit ids 1 and up. */
  readonly units: number;
}

/** The command line is not understood. The message says what was meant instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const help = `Sluice: a visual flow editor and runtime for industrial gateways on NATS

  sluice start                 run the gateway and serve its editor
  sluice validate [files…]     check flow files (default: those of flows_dir); exit code 1 when one has an error
  sluice explain [flow]        show what the flows compile to: subscriptions, subjects, streams
  sluice test [files…]         run the tests beside flows, *.test.yaml (default: those of flows_dir), without devices or
                               brokers; exit code 1 when one fails, 2 when a file is wrong
  sluice import <file>         make flow files of a Node-RED flows.json or a file of rules; exit code 1 when something needs a hand
  sluice deploy <files…>       deploy flow files, or a folder of them, on a gateway that runs; they replace what is
                               deployed under their ids; exit code 1 when it refuses
  sluice isp-check <host:port> [settings.json]
                               test a sidecar, with the settings it is to get; exit code 1 when it does not conform
  sluice simulate modbus       be a Modbus TCP device with moving registers, to try things with
  sluice backup <file>         write the whole gateway to a file, while it runs or when it is stopped: flows, database,
                               streams, settings, and secrets, sealed; their key, secrets.key, is to be kept elsewhere
  sluice restore <file>        put a backup into the empty folders of a new gateway
  sluice audit verify          check the chain of the audit trail in data_dir; exit code 1 when it is broken
  sluice secrets rotate-key    seal all secrets in data_dir with a new key; the gateway has to be stopped
  sluice accounts reset        after the database was lost: let the next start make a first user again
  sluice version
  sluice help

Options
  --config <file>              settings file (default: ./sluice.yaml, when there is one)
  --set <key>=<value>          one setting, such as --set server.port=8081; can be given several times
  --insecure-http              allow a server.host that others can reach, without TLS
  --out <folder>               import: where the flow files go (default: flows_dir)
  --json                       validate, explain, import, deploy, isp-check, audit: answer in JSON
  --url <url>                  deploy, backup: the gateway (default: SLUICE_URL, else the one on this machine)
  --token <token>              deploy, backup: a token made in the editor; better in SLUICE_TOKEN, which other users cannot see
  --key <file>                 restore: the key of the secrets (default: secrets.key in data_dir, when it is there)
  --message <text>             deploy: what the history is to say
  --junit <file>               test: also write the results as JUnit XML
  --wait <seconds>             isp-check: how long to wait for what the sidecar sends by itself (default: 20)
  --port <n>                   simulate: where it listens (default: 1502)
  --units <n>                  simulate: how many units there are (default: 1)
  --seed <n>                   simulate: another seed, another device (default: 1)

Every setting is also an environment variable: gateway.nats_url is SLUICE_GATEWAY_NATS_URL.
`;

/** The word that has to follow. */
const subcommands: Partial<Record<Command, string>> = { audit: "verify", secrets: "rotate-key", accounts: "reset" };

/** Throws `UsageError`. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [word, ...names] = positionals;
  const command = values.help ? "help" : values.version ? "version" : (word ?? "help");
  if (!isCommand(command))
    throw new UsageError(`there is no command "${command}"; did you mean "${closest(command, [...commands])}"?`);
  if (command === "start" && names.length > 0)
    throw new UsageError(`start takes no "${names[0]}"; flows are read from flows_dir, settings given with --set`);
  if (command === "explain" && names.length > 1) throw new UsageError("explain takes one flow, or none for all");
  if (command === "import" && names.length !== 1)
    throw new UsageError("import takes one file, such as a flows.json of Node-RED");
  if (command === "isp-check" && (names.length < 1 || names.length > 2))
    throw new UsageError(
      "isp-check takes the address of a sidecar, such as 127.0.0.1:50052, and perhaps a settings file",
    );
  if ((command === "backup" || command === "restore") && names.length !== 1)
    throw new UsageError(`${command} takes one file, such as: sluice ${command} gateway.tar.gz`);
  const simulation = simulationOf(command, names, values);
  if (command === "deploy" && names.length === 0)
    throw new UsageError("deploy takes flow files or folders of them, such as: sluice deploy flows/");
  const [only, ...more] = subcommands[command] === undefined ? [] : names;
  if (subcommands[command] !== undefined && (only !== subcommands[command] || more.length > 0))
    throw new UsageError(`${command} takes one word: sluice ${command} ${subcommands[command]}`);
  return {
    command,
    names,
    configFile: values.config,
    assignments: [...values.set, ...(values["insecure-http"] ? ["server.insecure_http=true"] : [])],
    isJson: values.json,
    waitSeconds: secondsOf(values.wait),
    ...(simulation === undefined ? {} : { simulation }),
    outFolder: values.out,
    ...(command === "deploy" || command === "backup" ? { url: values.url, token: values.token } : {}),
    ...(command === "deploy" ? { message: values.message } : {}),
    ...(command === "restore" ? { keyFile: values.key } : {}),
    junitFile: values.junit,
  };
}

const simulationOptions = {
  port: { initial: 1_502, least: 1, most: 65_535 },
  seed: { initial: 1, least: 0, most: 9_999 },
  units: { initial: 1, least: 1, most: 247 },
} as const;
type SimulationOption = keyof typeof simulationOptions;

function simulationOf(
  command: Command,
  names: readonly string[],
  values: Readonly<Partial<Record<SimulationOption, string>>>,
): Simulation | undefined {
  if (command !== "simulate") {
    const given = Object.keys(simulationOptions).find((option) => values[option as SimulationOption] !== undefined);
    if (given !== undefined) throw new UsageError(`--${given} is an option of simulate, not of ${command}`);
    return undefined;
  }
  if (names.length !== 1 || names[0] !== "modbus")
    throw new UsageError("simulate takes the kind of device, and there is one so far: sluice simulate modbus");
  const number = (option: SimulationOption) => {
    const { initial, least, most } = simulationOptions[option];
    const text = values[option] ?? String(initial);
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(`--${option} is a whole number from ${least} to ${most}, not "${text}"`);
  };
  return { port: number("port"), seed: number("seed"), units: number("units") };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: "string", short: "c" },
        set: { type: "string", multiple: true, default: [] },
        "insecure-http": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        wait: { type: "string" },
        port: { type: "string" },
        seed: { type: "string" },
        units: { type: "string" },
        out: { type: "string" },
        url: { type: "string" },
        token: { type: "string" },
        key: { type: "string" },
        message: { type: "string", short: "m" },
        junit: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", short: "v", default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= 3_600) return seconds;
  throw new UsageError(`--wait takes seconds from 0 to 3600, not "${text}"`);
}

function isCommand(word: string): word is Command {
  return (commands as readonly string[]).includes(word);
}
