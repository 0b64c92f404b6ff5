/** A session with Redis on top of `ioredis`, which neither queues nor connects again here: that is the runtime's. */
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { PeerContext } from "../../contract/connection.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { networkReason } from "../network-reason.ts";
import type { RedisClient, RedisCommand, RedisReply } from "./client.ts";
import { isElsewhere, unavailable } from "./replies.ts";

export interface Host {
  readonly host: string;
  readonly port: number;
}

export interface SessionSettings {
  readonly mode: "single" | "sentinel" | "cluster";
  readonly hosts: readonly [Host, ...Host[]];
  /** After this long without an answer the connection is taken for dead. */
  readonly answerTimeoutMs: number;
  /** Name of the master, for sentinels. */
  readonly master: string;
  readonly options: SessionOptions;
}

type SessionOptions = Pick<
  RedisOptions,
  | "db"
  | "connectTimeout"
  | "username"
  | "password"
  | "sentinelPassword"
  | "tls"
  | "sentinelTLS"
  | "enableTLSForSentinelMode"
>;

const words = { program: "Redis server", language: "Redis", plain: "redis", secure: "rediss" };
const never = () => null;
/** RESP 2 is spoken by every Redis and all that claims to be one. */
const alone = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: never,
  // Its warnings go to the console; what Redis answers while it is loading is understood here anyway.
  enableReadyCheck: false,
  protocol: 2,
} as const;

export async function openSession(
  settings: SessionSettings,
  context: PeerContext,
): Promise<{ client: RedisClient; close(): Promise<void> }> {
  const { signal, lost } = context;
  const wire = connect(settings);
  const server = settings.hosts.map(({ host, port }) => `${host}:${port}`).join(", ");
  let lastError: Error | undefined;
  let isOpen = false;
  const reasonOf = (error: Error | undefined, otherwise: string) => {
    if (error === undefined) return otherwise;
    const cause = deepest(error);
    return (
      networkReason(cause, addressOf(cause) ?? server, words) ?? unavailable(cause.message, server) ?? cause.message
    );
  };
  wire.on("error", (error: Error) => {
    lastError = error;
  });
  wire.on("end", () => {
    if (isOpen) lost(new ConnectionError(reasonOf(lastError, `the connection to ${server} was lost`)));
  });
  const stop = () => wire.disconnect();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await wire.connect();
    isOpen = true;
  } catch (error) {
    wire.disconnect();
    throw new ConnectionError(reasonOf(lastError ?? (error as Error), `${server} cannot be reached`), { cause: error });
  } finally {
    signal.removeEventListener("abort", stop);
  }

  const loseIf = (error: Error) => {
    if (!isReplyError(error) || isElsewhere(error.message)) {
      isOpen = false;
      lost(new ConnectionError(reasonOf(error, error.message)));
      wire.disconnect();
    }
  };

  /** One timer for all commands: one for each, as `ioredis` would have it, takes a quarter of the speed. */
  const inTime = (sending: Promise<readonly Outcome[]>) =>
    new Promise<readonly Outcome[]>((resolve, reject) => {
      const timer = context.clock.after(settings.answerTimeoutMs, () => {
        const silent = new ConnectionError(`${server} has not answered within ${settings.answerTimeoutMs / 1000} s`);
        loseIf(silent);
        reject(silent);
      });
      sending.finally(() => timer.cancel()).then(resolve, reject);
    });

  return {
    client: {
      async send(commands) {
        const sending = wire instanceof Cluster ? sendEach(wire, commands) : sendTogether(wire, commands);
        const outcomes = await inTime(sending);
        const failure = outcomes.find(
          (outcome): outcome is Error =>
            outcome instanceof Error && (!isReplyError(outcome) || unavailable(outcome.message, server) !== undefined),
        );
        if (failure !== undefined) {
          loseIf(failure);
          throw new ConnectionError(reasonOf(failure, failure.message), { cause: failure });
        }
        return outcomes.map(replyOf);
      },
    },
    async close() {
      isOpen = false;
      wire.disconnect();
    },
  };
}

function connect({ mode, hosts, master, options }: SessionSettings): Redis | Cluster {
  if (mode === "cluster")
    return new Cluster([...hosts], {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: never,
      redisOptions: { ...options, protocol: 2 },
      // Names and addresses of a cluster behind NAT are the plant's affair; the usual look-up would also be cached.
      dnsLookup: (address, callback) => callback(null, address),
    });
  if (mode === "sentinel")
    return new Redis({
      ...options,
      ...alone,
      sentinels: [...hosts],
      name: master,
      sentinelRetryStrategy: never,
      failoverDetector: true,
    });
  return new Redis({ ...options, ...alone, ...hosts[0] });
}

type Outcome = unknown;

/** Commands that `ioredis` has no method of its own for are those of modules. */
function methodOf(command: RedisCommand): RedisCommand {
  return command[0].includes(".") ? ["call", ...command] : command;
}

async function sendTogether(wire: Redis, commands: readonly RedisCommand[]): Promise<readonly Outcome[]> {
  const results = await wire.pipeline(commands.map(methodOf)).exec();
  return (results ?? []).map(([error, value]) => error ?? value);
}

/** A pipeline can only go to one server; `ioredis` finds the one of each key. */
async function sendEach(wire: Cluster, commands: readonly RedisCommand[]): Promise<readonly Outcome[]> {
  return Promise.all(commands.map(([name, ...args]) => wire.call(name, ...args).catch((error: Error) => error)));
}

function replyOf(outcome: Outcome): RedisReply {
  return outcome instanceof Error ? { refused: outcome.message } : { value: outcome };
}

function isReplyError(error: Error): boolean {
  return error.name === "ReplyError";
}

/** `ioredis` wraps what it heard of the servers of a cluster or of the sentinels. */
function deepest(error: Error): Error {
  const inner: unknown = "lastNodeError" in error ? error.lastNodeError : error.cause;
  return inner instanceof Error ? deepest(inner) : error;
}

function addressOf(error: Error): string | undefined {
  return "address" in error && "port" in error ? `${error.address}:${error.port}` : undefined;
}
