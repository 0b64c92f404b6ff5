/** Real Redis servers, started on loopback by the test that needs them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { findProgram, freePort, startProgram, until } from "./program.ts";

export interface RedisServer {
  readonly port: number;
  /** `redis://127.0.0.1:{port}` */
  readonly url: string;
  /** Carries out a command as an administrator. */
  ask(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Ends it as a power cut would; what it had stored is kept for `restart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `undefined` when not installed, which is said aloud; with `CI=true` it throws instead. */
export const redisProgram = findProgram("redis-server", "redis-server");

/** `lines` of `redis.conf`. Every write is on disk before it is answered. */
export async function startRedis(lines: readonly string[] = [], more: readonly string[] = []): Promise<RedisServer> {
  if (redisProgram === undefined) throw new Error("redis-server is not installed");
  const path = redisProgram;
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const file = join(folder, "redis.conf");
  const own = [`port ${port}`, "bind 127.0.0.1", `dir ${folder}`];
  const storing = more.includes("--sentinel") ? [] : ["appendonly yes", "appendfsync always", 'save ""'];
  await writeFile(file, [...own, ...storing, ...lines].join("\n"));
  const connect = () => new Redis({ host: "127.0.0.1", port, lazyConnect: true, protocol: 2, retryStrategy: () => 50 });
  const start = async () => {
    const program = startProgram(path, [file, ...more]);
    const client = await until<Redis>("redis answers", async () => {
      if (program.child.exitCode !== null) throw new Error(`redis-server ended: ${program.output()}`);
      const attempt = connect();
      attempt.on("error", () => undefined);
      return attempt.connect().then(
        () => attempt,
        () => {
          attempt.disconnect();
          return undefined;
        },
      );
    });
    return { program, client };
  };
  let running = await start();
  const end = (signal: NodeJS.Signals) => {
    running.client.disconnect();
    return running.program.stop(signal);
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    ask: (command, ...args) => running.client.call(command, ...args),
    kill: () => end("SIGKILL"),
    async restart() {
      running = await start();
    },
    async stop() {
      await end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A sentinel that watches the master of that port as `plant` and replaces it quickly. */
export function startSentinel(masterPort: number): Promise<RedisServer> {
  const watch = ["monitor plant 127.0.0.1 %p 1", "down-after-milliseconds plant 300", "failover-timeout plant 2000"];
  return startRedis(
    watch.map((line) => `sentinel ${line.replace("%p", String(masterPort))}`),
    ["--sentinel"],
  );
}

/** Two masters that share the slots of a cluster. */
export async function startRedisCluster(): Promise<readonly [RedisServer, RedisServer]> {
  const lines = ["cluster-enabled yes", "cluster-node-timeout 2000"];
  const [a, b] = await Promise.all([startRedis(lines), startRedis(lines)]);
  await a.ask("CLUSTER", "ADDSLOTSRANGE", 0, 8191);
  await b.ask("CLUSTER", "ADDSLOTSRANGE", 8192, 16383);
  await b.ask("CLUSTER", "SET-CONFIG-EPOCH", 2).catch(() => undefined);
  await a.ask("CLUSTER", "MEET", "127.0.0.1", b.port);
  const isUp = async (server: RedisServer) => String(await server.ask("CLUSTER", "INFO")).includes("cluster_state:ok");
  await until("the cluster is up", async () => (await isUp(a)) && (await isUp(b)), 20_000);
  return [a, b];
}
