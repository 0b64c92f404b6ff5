/** A sidecar as a child process: started with a clean environment, its words told, ended with all it has started. */
import { type ChildProcess, spawn } from "node:child_process";
import { realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { isAbsolute, join, relative, sep } from "node:path";
import type { Clock } from "../../contract/clock.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { LineSplitter } from "./line-splitter.ts";

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Below `root`, as is the command when it has a `/`. */
  readonly folder: string;
  readonly root: string;
  readonly clock: Clock;
  /** What it prints, line by line. */
  onLine(line: string): void;
  /** It has ended by itself; in words why. */
  onEnd(reason: string): void;
}

export interface Program {
  /** Ends it and what it has started; resolves when it is gone. */
  stop(): Promise<void>;
}

const maxLineBytes = 4_096;
const linesPerSecond = 20;
const killAfterMs = 3_000;
/** What a program may need of the gateway's own environment; the rest may hold its secrets. */
const inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SystemRoot", "ComSpec"];

/** Rejects with `ConnectionError` when it cannot be started. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { command, args, env, root } = options;
  const cwd = await below(root, options.folder);
  const program = command.includes("/") ? await below(root, command) : command;
  const base = Object.fromEntries(
    inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = spawn(program, [...args], {
    cwd,
    env: { ...base, ...env },
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that what it starts can be ended with it.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  await started(child, command);
  let lastLine = "";
  const said = limitedLines(options.clock, options.onLine);
  const tell = (line: string) => {
    lastLine = line;
    said(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new LineSplitter(maxLineBytes, tell, () => tell("(a line that is too long)"));
    stream?.on("data", (chunk: Buffer) => lines.push(chunk));
  }
  // Its end shows in "exit"; writing to one that has ended is no news.
  child.stdin?.on("error", () => undefined);
  let isStopping = false;
  const gone = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      resolve();
      // What its last breath was may still be on its way.
      setImmediate(() => {
        if (isStopping) return;
        const how = signal === null ? `with code ${code}` : `by ${signal}`;
        options.onEnd(`the program ${command} ended ${how}${lastLine === "" ? "" : `; it said: ${lastLine}`}`);
      });
    });
  });
  return {
    async stop() {
      isStopping = true;
      child.stdin?.end();
      end(child, "SIGTERM");
      const timer = options.clock.after(killAfterMs, () => end(child, "SIGKILL"));
      await gone;
      timer.cancel();
      end(child, "SIGKILL");
    },
  };
}

function started(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      const code = "code" in error ? error.code : undefined;
      const words =
        code === "ENOENT"
          ? `there is no program ${command}: write the name of an installed one, or a path below the folder of files`
          : code === "EACCES"
            ? `the program ${command} may not be run: make the file executable`
            : `the program ${command} cannot be started: ${error.message}`;
      reject(new ConnectionError(words, { cause: error }));
    });
  });
}

/** The whole group; a group that is gone is what was wanted. */
function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nobody of it is left.
  }
}

/** The real path of something below `root`; a link that leads out of it is refused. */
async function below(root: string, path: string): Promise<string> {
  const real = await realpath(join(root, path)).catch((error: Error) => {
    throw new ConnectionError(`there is no ${path} below the gateway's folder of files: ${error.message}`, {
      cause: error,
    });
  });
  const way = relative(await realpath(root), real);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new ConnectionError(`${path} leads out of the gateway's folder of files`);
  return real;
}

/** Passes on so many lines a second and then how many more there were: a program gone mad does not fill the log. */
function limitedLines(clock: Clock, onLine: (line: string) => void): (line: string) => void {
  let second = 0;
  let count = 0;
  return (line) => {
    const now = Math.floor(clock.monotonic() / 1_000);
    if (now !== second) {
      if (count > linesPerSecond) onLine(`(${count - linesPerSecond} more lines)`);
      second = now;
      count = 0;
    }
    if (++count <= linesPerSecond) onLine(line);
  };
}

/** A port of 127.0.0.1 that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
