/** Real time series databases, each started on loopback by the test that needs it. They keep their data over a restart. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, freePort, type Program, startProgram, until } from "./program.ts";

export interface Database {
  /** `http://127.0.0.1:{port}` */
  readonly url: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the same data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** `undefined` when not installed, which is said aloud; with `CI=true` it throws instead. */
export const influxProgram = findProgram("influxd", "influxdb");
export const victoriaProgram = findProgram("victoria-metrics", "victoria-metrics");

export interface Influx extends Database {
  /** Answers the rows of the first series of a query on the database `plant`, which is there from the beginning. */
  rows(query: string): Promise<readonly unknown[][]>;
}

export async function startInflux(lines: readonly string[] = []): Promise<Influx> {
  const [port, backup] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const ask = async (q: string, method = "GET") => {
    const response = await fetch(`${url}/query?${new URLSearchParams({ db: "plant", q, epoch: "ns" })}`, { method });
    return (await response.json()) as { results: { series?: { values: unknown[][] }[] }[] };
  };
  const database = await startDatabase(influxProgram, url, async (folder) => {
    const config = [
      "reporting-disabled = true",
      `bind-address = "127.0.0.1:${backup}"`,
      `[meta]\ndir = "${folder}/meta"`,
      `[data]\ndir = "${folder}/data"\nwal-dir = "${folder}/wal"`,
      `[monitor]\nstore-enabled = false`,
      `[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false`,
      ...lines,
    ];
    await writeFile(join(folder, "influxdb.conf"), config.join("\n"));
    return ["-config", join(folder, "influxdb.conf")];
  });
  await ask("CREATE DATABASE plant", "POST");
  return { ...database, rows: async (query) => (await ask(query)).results[0]?.series?.[0]?.values ?? [] };
}

export interface Victoria extends Database {
  /** Every sample of the series a selector matches: `[labels, times in ms, values]`. */
  samples(selector: string): Promise<{ metric: Record<string, string>; timestamps: number[]; values: number[] }[]>;
}

export async function startVictoria(): Promise<Victoria> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const database = await startDatabase(victoriaProgram, url, async (folder) => [
    `-storageDataPath=${folder}/data`,
    `-httpListenAddr=127.0.0.1:${port}`,
  ]);
  return {
    ...database,
    async samples(selector) {
      await fetch(`${url}/internal/force_flush`);
      const response = await fetch(`${url}/api/v1/export?${new URLSearchParams({ "match[]": selector })}`);
      const text = await response.text();
      return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
    },
  };
}

async function startDatabase(
  path: string | undefined,
  url: string,
  prepare: (folder: string) => Promise<readonly string[]>,
): Promise<Database> {
  if (path === undefined) throw new Error("the database is not installed");
  const folder = await mkdtemp(join(tmpdir(), "database-"));
  const args = await prepare(folder);
  const start = async () => {
    const program = startProgram(path, args);
    await until("the database answers", () => {
      if (program.child.exitCode !== null) throw new Error(`it ended: ${program.output()}`);
      return fetch(`${url}/ping`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return program;
  };
  let program: Program = await start();
  return {
    url,
    kill: () => program.stop("SIGKILL"),
    async restart() {
      program = await start();
    },
    async stop() {
      await program.stop("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
