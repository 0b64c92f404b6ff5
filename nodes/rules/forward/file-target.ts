/** Forwarding to files, one line for each message; which file, the template says. */
import { MessageError } from "../../contract/errors.ts";
import { compileTemplate } from "../../expression/template.ts";
import { inWords } from "../../sinks/file/disk-words.ts";
import { LogFile } from "../../sinks/file/log-file.ts";
import { pathProblem, prepareFolder } from "../../sinks/file/safe-path.ts";
import { bodyOf } from "./body.ts";
import type { TargetConfig } from "./config.ts";
import type { Target } from "./target.ts";

/** Open at the same time; the one not used for longest is closed for another. */
const maxOpen = 64;
const maxBytes = 100 * 1_048_576;
const maxFiles = 10;

export function fileTarget(config: TargetConfig, filesRoot: string): Target {
  // A value is a part of a name, never a folder or the way out of one.
  const pathOf = compileTemplate(config.path, [], { encode: (text) => text.replace(/[^A-Za-z0-9_-]/gu, "_") });
  const body = bodyOf(config);
  const open = new Map<string, Promise<LogFile>>();
  /** Lines of one file are written one after the other. */
  const writing = new Map<string, Promise<void>>();

  const fileAt = (path: string): Promise<LogFile> => {
    const found = open.get(path) ?? openFile(filesRoot, path);
    open.delete(path);
    open.set(path, found);
    found.catch(() => open.delete(path));
    return found;
  };
  const closeOldest = async () => {
    const oldest = [...open.keys()].find((path) => !writing.has(path));
    if (open.size <= maxOpen || oldest === undefined) return;
    const file = open.get(oldest);
    open.delete(oldest);
    await (await file)?.close();
  };

  return {
    name: `file ${config.path}`,
    async send(point) {
      const path = pathOf.render(point);
      const problem = pathProblem(path);
      if (problem !== undefined) throw new MessageError("bad_path", `${path}: ${problem}`);
      const line = `${body.of(point).replace(/\r\n|[\r\n]/g, " ")}\n`;
      const before = writing.get(path) ?? Promise.resolve();
      const write = before.catch(() => undefined).then(async () => (await fileAt(path)).append([line]));
      writing.set(path, write);
      try {
        await write;
      } finally {
        if (writing.get(path) === write) writing.delete(path);
      }
      await closeOldest();
      return undefined;
    },
    async close() {
      await Promise.allSettled(writing.values());
      for (const file of open.values()) await file.then((each) => each.close()).catch(() => undefined);
    },
  };
}

async function openFile(filesRoot: string, path: string): Promise<LogFile> {
  return LogFile.open({
    path: await inWords(path, () => prepareFolder(filesRoot, path)),
    header: "",
    mending: () => "\n",
    maxBytes,
    maxLines: 0,
    intervalMs: 0,
    now: Date.now,
    maxFiles,
    gzip: false,
    sync: "never",
  });
}
