/** `sluice isp-check`: whether a sidecar speaks ISP, point by point, for those who write one and for CI. */
import { readFile } from "node:fs/promises";
import { systemClock } from "../../nodes/contract/clock.ts";
import { checkSidecar, type Finding } from "../../nodes/plugins/isp/conformance.ts";
import { type CommandLine, UsageError } from "./arguments.ts";

const defaultWaitSeconds = 20;

/** Prints what it found and answers the exit code: 0, also with warnings; 1 when the sidecar does not conform. */
export async function runIspCheck(
  { names, isJson, waitSeconds = defaultWaitSeconds }: Pick<CommandLine, "names" | "isJson" | "waitSeconds">,
  print: (text: string) => void,
): Promise<number> {
  const [address = "", settingsFile] = names;
  const { host, port } = addressOf(address);
  const settings = settingsFile === undefined ? {} : await readSettings(settingsFile);
  const findings: Finding[] = [];
  const tell = (finding: Finding) => {
    findings.push(finding);
    if (!isJson) print(`${line(finding)}\n`);
  };
  await checkSidecar({ host, port, settings, waitMs: waitSeconds * 1_000, clock: systemClock }, tell);
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const failures = count("failure");
  if (isJson) print(`${JSON.stringify({ ok: failures === 0, address, findings }, null, 2)}\n`);
  else {
    const verdict = failures === 0 ? "conforms" : "does not conform";
    print(`\n${address} ${verdict}: ${count("ok")} ok, ${count("warning")} warning(s), ${failures} failure(s)\n`);
  }
  return failures === 0 ? 0 : 1;
}

const words: Readonly<Record<Finding["level"], string>> = {
  ok: "ok",
  warning: "warning",
  failure: "FAILURE",
  skipped: "skipped",
};

function line({ level, what, detail }: Finding): string {
  return `${words[level].padEnd(8)} ${what}${detail === "" ? "" : `: ${detail}`}`;
}

function addressOf(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535)
    throw new UsageError(`"${address}" is no address; write host:port, such as 127.0.0.1:50052`);
  return { host: match[1] ?? match[2] ?? "", port };
}

async function readSettings(file: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} cannot be read as settings: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new UsageError(`${file} has to hold a JSON object: what the sidecar gets as its settings`);
}
