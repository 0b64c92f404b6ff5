/**
 * A stream whose files cannot be read keeps the whole server from being healthy. Its folder is moved out of the store,
 * so that everything else works, and kept for whoever may mend it.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";

interface LostStream {
  readonly account: string;
  readonly name: string;
}

/** The stream that `/healthz` names as one that could not be recovered. */
export function unreadableStream(problem: string): LostStream | undefined {
  const [, account, name] = /JetStream stream '([^'>]+) > ([^'>]+)' could not be recovered/.exec(problem) ?? [];
  return account === undefined || name === undefined ? undefined : { account, name };
}

/** What a line of the server's log says of a store that was harmed, for people; `undefined` for every other line. */
export function lossIn(line: string): string | undefined {
  const [, stream, name] =
    /Error adding consumer '[^'>]+ > ([^'>]+) > ([^'>]+)'/.exec(line) ??
    /(?:error|missing|mismatch).*\/streams\/([^/]+)\/obs\/([^/]+)\/meta\.(?:inf|sum)"/i.exec(line) ??
    [];
  if (stream !== undefined && name !== undefined)
    return `the place of ${name} in the stream ${stream} cannot be read: its node goes on with what is new, and what it had not yet delivered is not delivered any more`;
  const [, harmed] = /Filestore \[([^\]]+)\] .*(?:corrupt record|could not locate msg block)/.exec(line) ?? [];
  return harmed && `a part of what the stream ${harmed} stored cannot be read and is lost; the rest is delivered`;
}

/** Where its files are now; `undefined` when there are none. The server must not run. */
export function setAside(storeDir: string, { account, name }: LostStream, nowMs: number): string | undefined {
  const from = join(storeDir, "jetstream", account, "streams", name);
  if (!existsSync(from)) return undefined;
  const folder = join(storeDir, "unreadable");
  mkdirSync(folder, { recursive: true });
  const to = join(folder, `${name}-${new Date(nowMs).toISOString().replace(/[:.]/g, "-")}`);
  renameSync(from, to);
  return to;
}
