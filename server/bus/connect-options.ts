/** From settings to what the NATS client takes: addresses, credentials, TLS, and how it comes back. */
import { readFileSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { credsAuthenticator, type NodeConnectionOptions, nkeyAuthenticator } from "@nats-io/transport-node";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Log } from "../log.ts";

export interface BusOptions {
  /** `nats://host:port`, `tls://…` (TLS or nothing), or just `host:port`; user and password may stand in it. */
  readonly servers: string | readonly string[];
  /** How the connection is called in the server's monitoring. */
  readonly name: string;
  /** `false`: `stored` is `undefined`, whatever the server can do. */
  readonly jetstream: boolean;
  readonly log: Log;
  /**
   * What to do when the first attempt fails. `false`, the default: reject and say why. `true`: resolve with a bus that is
   * disconnected and goes on trying; subscriptions made meanwhile begin when it is connected.
   */
  readonly waitOnFirstConnect?: boolean;
  /** Attempts per server after the connection broke; -1, the default: for ever. */
  readonly maxReconnect?: number;
  /** Pause between attempts, to which up to a quarter is added at random. 2000. */
  readonly reconnectWaitMs?: number;
  /** One attempt to connect; waiting for an acknowledgement before it is asked for again. 5000. */
  readonly timeoutMs?: number;
  /** Stored messages under way at a time. 1024. */
  readonly ackWindow?: number;
  readonly credsFile?: string | undefined;
  /** File with the seed. */
  readonly nkeyFile?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  /** Present, even empty: the connection must be encrypted. Files are PEM. */
  readonly tls?:
    | {
        readonly caFile?: string | undefined;
        readonly certFile?: string | undefined;
        readonly keyFile?: string | undefined;
        readonly handshakeFirst?: boolean | undefined;
      }
    | undefined;
  readonly clock?: Clock;
}

export const defaults = { maxReconnect: -1, reconnectWaitMs: 2_000, timeoutMs: 5_000, ackWindow: 1024 };

/** The NATS server cannot be reached, or not with these settings. The message says what to look at. */
export class BusConnectError extends Error {
  override readonly name = "BusConnectError";
}

/** Throws `BusConnectError` when a file with credentials cannot be read. */
export function connectOptions(options: BusOptions): NodeConnectionOptions {
  const addresses = (typeof options.servers === "string" ? [options.servers] : options.servers).map(parseAddress);
  const inAddress = addresses.find(({ user }) => user !== undefined);
  const user = options.user ?? (inAddress?.password === undefined ? undefined : inAddress.user);
  const token = options.token ?? (inAddress?.password === undefined ? inAddress?.user : undefined);
  const reconnectWaitMs = options.reconnectWaitMs ?? defaults.reconnectWaitMs;
  const jitterMs = Math.ceil(reconnectWaitMs / 4);
  const authenticator =
    options.credsFile !== undefined
      ? credsAuthenticator(freshContents(options.credsFile, "gateway.nats_options.creds"))
      : options.nkeyFile !== undefined
        ? nkeyAuthenticator(seedOf(freshContents(options.nkeyFile, "gateway.nats_options.nkey")))
        : undefined;
  return {
    servers: addresses.map(({ address }) => address),
    name: options.name,
    maxReconnectAttempts: options.maxReconnect ?? defaults.maxReconnect,
    reconnectTimeWait: reconnectWaitMs,
    reconnectJitter: jitterMs,
    reconnectJitterTLS: jitterMs,
    timeout: options.timeoutMs ?? defaults.timeoutMs,
    pingInterval: 10_000,
    maxPingOut: 3,
    // Credentials may be wrong only for a while, as when a server is set up anew.
    ignoreAuthErrorAbort: true,
    ...(authenticator !== undefined && { authenticator }),
    ...(user !== undefined && { user, pass: options.password ?? inAddress?.password ?? "" }),
    ...(token !== undefined && { token }),
    ...tlsOptions(options, addresses),
  };
}

function tlsOptions({ tls }: BusOptions, addresses: readonly Address[]): Pick<NodeConnectionOptions, "tls"> {
  if (tls === undefined && !addresses.some(({ encrypted }) => encrypted)) return {};
  const { caFile, certFile, keyFile, handshakeFirst } = tls ?? {};
  const hosts = addresses.map(({ address }) => address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"));
  const options: NonNullable<NodeConnectionOptions["tls"]> & Pick<ConnectionOptions, "checkServerIdentity"> = {
    ...(caFile !== undefined && { ca: contents(caFile, "gateway.nats_options.tls.ca").toString() }),
    ...(certFile !== undefined && { cert: contents(certFile, "gateway.nats_options.tls.cert").toString() }),
    ...(keyFile !== undefined && { key: contents(keyFile, "gateway.nats_options.tls.key").toString() }),
    ...(handshakeFirst === true && { handshakeFirst }),
    // Of an address without a name the client hands nothing on, and Node then takes the host for "localhost".
    checkServerIdentity: (host, certificate) => {
      const problems = (host === "localhost" ? hosts : [host]).map((name) => checkServerIdentity(name, certificate));
      return problems.includes(undefined) ? undefined : problems[0];
    },
  };
  return { tls: options };
}

interface Address {
  /** Host and port: the client itself understands no more. */
  readonly address: string;
  readonly encrypted: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

function parseAddress(text: string): Address {
  const [, scheme, userInfo, address = text] = /^(?:(\w+):\/\/)?(?:([^@/]*)@)?(.*)$/.exec(text.trim()) ?? [];
  const [user, password] = userInfo?.split(/:(.*)/s).map(decodeURIComponent) ?? [];
  return { address: address.replace(/\/$/, ""), encrypted: scheme === "tls", user, password };
}

/** Read again at every connection, since credentials that expire are renewed in the file. */
function freshContents(path: string, setting: string): () => Uint8Array {
  let last = contents(path, setting);
  return () => {
    try {
      last = contents(path, setting);
    } catch {
      // Being replaced at this very moment; the client would close for good if this threw.
    }
    return last;
  };
}

function seedOf(read: () => Uint8Array): () => Uint8Array {
  return () => Buffer.from(Buffer.from(read()).toString().trim());
}

function contents(path: string, setting: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new BusConnectError(`${setting} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Why an attempt failed and what to look at. */
export function connectProblem(error: unknown, servers: readonly string[], timeoutMs: number): string {
  const { name, message, code } = error as NodeJS.ErrnoException;
  const where = servers.join(", ");
  if (message === "connection refused")
    return `Nothing listens at ${where}. Start the NATS server there, or correct gateway.nats_url.`;
  if (name === "TimeoutError" || message === "timeout")
    return `No NATS server answers at ${where} within ${timeoutMs} ms. Check gateway.nats_url, the network and firewalls.`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `The name in ${where} is not known (${message}). Correct gateway.nats_url, or the name service.`;
  if (name === "AuthorizationError" || name === "UserAuthenticationExpiredError")
    return `The NATS server at ${where} refuses the credentials (${message}). Check gateway.nats_options: creds, nkey, user and password, or token.`;
  return `The NATS server at ${where} cannot be used: ${message}. Check gateway.nats_url and gateway.nats_options.`;
}
