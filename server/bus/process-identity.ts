/** Who a process id belongs to. A bare id says little: after a crash or a reboot another process may have it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ProcessRecord {
  readonly pid: number;
  /** Differs for another process with the same id; empty where the system does not tell. */
  readonly identity: string;
}

export function processRecord(pid: number): ProcessRecord {
  return { pid, identity: identityOf(pid) };
}

/** True when exactly this process still runs; where the system tells no identity, when any process with its id does. */
export function isRunning({ pid, identity }: ProcessRecord): boolean {
  if (!isAlive(pid)) return false;
  const now = identityOf(pid);
  return identity === "" || now === "" || now === identity;
}

/** A process of another user counts: it cannot be signalled, but it is there. A zombie does not: it holds nothing. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return statOf(pid)?.[0] !== "Z";
}

/** Boot and start time: a device that boots alike every day may give the same id at the same tick. */
function identityOf(pid: number): string {
  const startTicks = statOf(pid)?.[19];
  if (startTicks !== undefined) return `${textOf("/proc/sys/kernel/random/boot_id").trim()}/${startTicks}`;
  return outputOfPs(pid, "lstart=");
}

/** The command line, its parts joined by spaces; empty when it cannot be read. */
export function commandLineOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim() || outputOfPs(pid, "args=");
}

/** Fields of `/proc/<pid>/stat` from the state on. What stands before, the program's name, may itself hold spaces. */
function statOf(pid: number): string[] | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === "" ? undefined : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function outputOfPs(pid: number, column: string): string {
  if (process.platform === "linux" || process.platform === "win32") return "";
  try {
    return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
