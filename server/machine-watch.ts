/** What the machine does to a gateway that it cannot prevent: a clock that jumps, a disk that fills. In plain words. */
import { statfsSync } from "node:fs";
import type { Clock } from "../nodes/contract/clock.ts";
import type { Log } from "./log.ts";

const lookEveryMs = 2_000;
/** Less is what NTP puts right all the time. */
const leastJumpMs = 2_000;
/** So long it is told that the clock has jumped. */
const jumpToldMs = 15 * 60_000;
const alarms = [0.7, 0.9] as const;

interface DiskUse {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

interface MachineWatch {
  /** What somebody should know now. */
  notices(): readonly string[];
  /** The fullest disk is so full that it is a fault. */
  isFull(): boolean;
  close(): void;
}

interface MachineWatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Of the folders that grow; `undefined` where it cannot be known. */
  readonly diskOf: (folder: string) => DiskUse | undefined;
  readonly folders: readonly string[];
  /** Called when there is something new to tell, and when it is over. */
  readonly onChange: () => void;
}

export function watchMachine({ clock, log, diskOf, folders, onChange }: MachineWatchOptions): MachineWatch {
  let wallMs = clock.now();
  let monotonicMs = clock.monotonic();
  let jump: { readonly notice: string; readonly untilMs: number } | undefined;
  let disks: readonly { readonly notice: string; readonly level: number }[] = [];
  const news = () => JSON.stringify([jump?.notice, disks.map(({ level }) => level)]);
  let told = news();
  const notices = () => [...(jump === undefined ? [] : [jump.notice]), ...disks.map(({ notice }) => notice)];

  const look = () => {
    const nowMs = clock.monotonic();
    const jumpMs = clock.now() - wallMs - (nowMs - monotonicMs);
    if (Math.abs(jumpMs) >= leastJumpMs)
      jump = { notice: jumpWords(wallMs, clock.now(), jumpMs), untilMs: nowMs + jumpToldMs };
    else if (jump !== undefined && nowMs >= jump.untilMs) jump = undefined;
    wallMs = clock.now();
    monotonicMs = nowMs;
    disks = disksOf(folders, diskOf).flatMap(({ folder, use }) => diskWords(folder, use));
    // The figures in the words change all the time; what is news is which words there are.
    if (news() === told) return;
    told = news();
    for (const notice of notices()) log.warn({}, notice);
    onChange();
  };
  const timer = clock.every(lookEveryMs, look);
  return {
    notices,
    isFull: () => disks.some(({ level }) => level === alarms.length),
    close: () => timer.cancel(),
  };
}

/** As users other than root have it; `undefined` for a folder that cannot be asked about. */
export function diskOf(folder: string): DiskUse | undefined {
  try {
    const { bavail, bfree, blocks, bsize } = statfsSync(folder);
    return { freeBytes: bavail * bsize, totalBytes: (blocks - bfree + bavail) * bsize };
  } catch {
    return undefined;
  }
}

function jumpWords(fromMs: number, toMs: number, jumpMs: number): string {
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  const start = `the clock of this machine jumped ${jumpMs > 0 ? "ahead" : "back"} by ${durationWords(Math.abs(jumpMs))} (from ${at(fromMs)} to ${at(toMs)} UTC)`;
  return jumpMs > 0
    ? `${start}: what streams kept longer than they may by the new time is removed, and sessions may have ended. If that is not the right time, look after the clock or NTP`
    : `${start}: new readings are stamped earlier than those before. If that is not the right time, look after the clock or NTP`;
}

const units = [
  ["year", 365.25 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

function durationWords(ms: number): string {
  const [name, unitMs] = units.find(([, unitMs]) => ms >= unitMs * 0.995) ?? units[4];
  const count = Math.round((ms / unitMs) * 10) / 10;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** Folders with the same figures are on the same disk, which is told once. */
function disksOf(folders: readonly string[], diskOf: MachineWatchOptions["diskOf"]) {
  const disks = new Map<string, { readonly folder: string; readonly use: DiskUse }>();
  for (const folder of folders) {
    const use = diskOf(folder);
    const figures = JSON.stringify(use);
    if (use !== undefined && use.totalBytes > 0 && !disks.has(figures)) disks.set(figures, { folder, use });
  }
  return [...disks.values()];
}

function diskWords(folder: string, use: DiskUse): { notice: string; level: number }[] {
  const share = 1 - use.freeBytes / use.totalBytes;
  const level = alarms.filter((alarm) => share >= alarm).length;
  if (level === 0) return [];
  const gigabytes = (use.freeBytes / 1024 ** 3).toFixed(1);
  const consequence =
    level === alarms.length ? "; when it is full nothing can be stored or deployed: make room there" : "";
  const notice = `the disk of ${folder} is ${Math.floor(share * 100)} % full, ${gigabytes} GB are left${consequence}`;
  return [{ notice, level }];
}
