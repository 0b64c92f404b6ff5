/** One gateway per data folder: nats-server takes no lock of its own, and two of them on one store destroy it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { NatsServerError } from "./nats-server-error.ts";
import { isRunning, type ProcessRecord, processRecord } from "./process-identity.ts";

const recordText = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue("not JSON");
    return z.NEVER;
  }
});
const record = recordText.pipe(z.object({ pid: z.int().positive(), identity: z.string() }));

/** The process a file names, or `undefined` when there is no such file or it is not whole. */
export function readProcessRecord(path: string): ProcessRecord | undefined {
  const text = textOf(path);
  return text === undefined ? undefined : record.safeParse(text).data;
}

/**
 * Locks the folder for this process and returns how to release it. A lock whose holder was killed is taken over.
 * Rejects with a `NatsServerError` that names the process that holds it.
 */
export async function lockStore(folder: string): Promise<() => void> {
  const path = join(folder, "gateway.lock");
  const mine = JSON.stringify(processRecord(process.pid));
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: "wx" });
      return () => {
        if (textOf(path) === mine) rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const found = await wholeText(path);
    if (found === undefined) continue;
    const holder = record.safeParse(found).data;
    if (holder !== undefined && isRunning(holder)) throw heldBy(holder, folder);
    takeAway(path, found);
  }
}

/** Whoever writes a lock does so at once, but not atomically: what is not whole now is so in a moment, or never. */
async function wholeText(path: string): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const text = textOf(path);
    if (text === undefined || attempt === 10 || record.safeParse(text).success) return text;
    await sleep(50);
  }
}

/** Another gateway may have replaced the dead lock since it was read: then its lock goes back. */
function takeAway(path: string, dead: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (textOf(aside) === dead) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function heldBy(holder: ProcessRecord, folder: string): NatsServerError {
  const who =
    holder.pid === process.pid ? "this very process" : `another gateway, process ${holder.pid}, which is running`;
  return new NatsServerError(
    `The data folder ${folder} is in use by ${who}. ` +
      "Stop that gateway first, or give this one a folder of its own: set data_dir (or gateway.jetstream.store_dir).",
  );
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
