/** Connectors: adapters, sinks and processors. They own a socket, file or timer; retry, batching and dead letters are the runtime's. */
import type { z } from "zod";
import type { ConnectionDefinition, PeerContext } from "./connection.ts";
import type { ConfigSchema, NodeDeclaration, Scope } from "./node.ts";
import type { PointType, Protocol, Raw } from "./point.ts";
import type { ProcessorDefinition } from "./processor.ts";
import type { StreamClient } from "./streams.ts";

export interface ConnectorContext<Client> extends PeerContext {
  /** The opened shared client; `undefined` for types that declare no connection. */
  readonly connection: Client;
  /** Serves WebSocket and HTTP paths under the gateway's own port. */
  readonly endpoints: Endpoints;
  /** Where relative paths of files start, and what they may not leave. */
  readonly filesRoot: string;
  /** Which addresses nodes may call that fetch from wherever a flow says. */
  readonly reach: Reach;
}

/** What the gateway's settings allow; link-local, metadata and multicast addresses are never allowed. */
export interface Reach {
  /** This machine itself. */
  readonly loopback: boolean;
  /** Addresses of private networks, such as 10.0.0.0/8: where a plant has its devices. */
  readonly privateNetworks: boolean;
}

export interface AdapterContext<Client> extends ConnectorContext<Client> {
  /**
   * Publishes one reading on `iot.raw.{protocol}.{device_id}`. Resolves when it is safely on the bus, which is the
   * moment to acknowledge to the device; rejects with `MessageError` when it can never be (too large).
   */
  emit(reading: Omit<Raw, "protocol" | "timestamp"> & { readonly timestamp?: string }): Promise<void>;
  /** Tells of something that could not be read, on `iot.errors.adapters.{type}`, the node's card and in the log. */
  report(error: {
    readonly type: string;
    readonly message: string;
    readonly deviceId?: string;
    readonly original?: string;
  }): void;
}

export interface Opened {
  /** Stops reading, lets go of everything, resolves when done. Called once. */
  close(): Promise<void>;
}

/** Asks an adapter to bring a value about in its device, such as a setpoint to write. Mostly a point is one. */
export interface Command {
  /** Left out: the device that has the key, when there is only one. */
  readonly device_id?: string;
  readonly key: string;
  readonly value: unknown;
}

export interface OpenedAdapter extends Opened {
  /**
   * Carries a command out, once. Resolves with what is to be told beside the success; rejects with `MessageError` when it
   * was not carried out, or when nobody knows. The runtime answers the sender, and never tries again.
   */
  command?(command: Command): Promise<Readonly<Record<string, unknown>>>;
}

/** A value as it was found by trying a configuration out. */
export interface Probed {
  readonly device_id: string;
  readonly key: string;
  /** `null` when there is none. */
  readonly value: number | string | boolean | null;
  readonly type: PointType;
  /** 0 = good. */
  readonly quality: number;
  /** Why it is not good. */
  readonly detail?: string;
  /** What the device sent, as people compare it with a manual: `42F6 E979`. */
  readonly raw?: string;
}

export interface AdapterDefinition<Schema extends ConfigSchema = ConfigSchema, Client = unknown>
  extends NodeDeclaration<`adapter.${string}`, Schema> {
  readonly protocol: Protocol;
  readonly connection?: ConnectionDefinition<ConfigSchema, Client>;
  /** Which devices and keys it reads, as far as the configuration tells. */
  scope(config: z.output<Schema>): Scope;
  /**
   * Declared by adapters that have an input for commands: whether this configuration takes them. Commands come by wire
   * and on `sluice.commands.{flow}.{node}`, and go to `command` of what was opened.
   */
  takesCommands?(config: z.output<Schema>): boolean;
  /**
   * Reads once what a configuration asks for, before it is deployed; `keys` empty: all. Values that cannot be read are
   * among the answers. Rejects when none can.
   */
  probe?(
    config: z.output<Schema>,
    context: ConnectorContext<Client>,
    keys: readonly string[],
  ): Promise<readonly Probed[]>;
  /** Resolves when data can flow. Rejects with `ConnectionError` when the peer cannot be reached: the runtime tries again. */
  open(config: z.output<Schema>, context: AdapterContext<Client>): Promise<OpenedAdapter>;
}

export interface SinkContext<Client> extends ConnectorContext<Client> {
  /** Streams on the gateway's own bus. */
  readonly streams: StreamClient;
}

/** One message for a sink. */
export interface SinkRecord {
  /** The subject it came on. */
  readonly subject: string;
  /** The content: mostly a point or a rule's result, but any JSON object when the sink listens elsewhere. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  /** RFC 3339: when the sender emitted it. */
  readonly timestamp: string;
  /** The complete message as JSON text, byte for byte as it came. */
  readonly text: string;
}

export interface OpenedSink extends Opened {
  /**
   * Writes a batch in order. Resolves when the target has confirmed all of it. Rejects with `ConnectionError` when
   * nothing is known to have been stored (the same batch comes again), `PartialWriteError` when some were refused, and
   * `MessageError` when the records, not the target, are the cause: they are then written one by one, and those that
   * still fail become dead letters. A batch that is not settled within a minute is aborted (`signal`) and comes again.
   */
  write(records: readonly SinkRecord[], signal: AbortSignal): Promise<void>;
}

export interface SinkDefinition<Schema extends ConfigSchema = ConfigSchema, Client = unknown>
  extends NodeDeclaration<`sink.${string}`, Schema> {
  readonly connection?: ConnectionDefinition<ConfigSchema, Client>;
  /** How many records `write` takes at most, and how long the first of a batch may wait for others. */
  batch(config: z.output<Schema>): { readonly size: number; readonly lingerMs: number };
  /** Subjects of the gateway's own bus it publishes on, concrete or with wildcards; for the loop check. */
  publishes?(config: z.output<Schema>): readonly string[];
  open(config: z.output<Schema>, context: SinkContext<Client>): Promise<OpenedSink>;
}

/** One WebSocket client of an endpoint. Text only. */
export interface EndpointClient {
  readonly query: Readonly<Record<string, string>>;
  /** Bytes waiting because the client reads too slowly. */
  bufferedBytes(): number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface Endpoints {
  /**
   * Serves WebSocket clients on `/ws/{path}` of the gateway's port until the signal of the context aborts.
   * Rejects with `ConnectionError` when another node serves that path.
   */
  websocket(path: string, onClient: (client: EndpointClient) => EndpointHandlers): Promise<Opened>;
  /**
   * Serves requests on `/hooks/{path}` of the gateway's port until it is closed. What is over the limits is answered
   * without asking: 405, 413, 429, 503. Rejects with `ConnectionError` when another node serves that path.
   */
  http(path: string, limits: HookLimits, onRequest: (request: HookRequest) => Promise<HookAnswer>): Promise<Opened>;
}

export interface HookLimits {
  /** `POST`, `PUT` …; others are answered 405. */
  readonly methods: readonly string[];
  /** Of a body as it is sent, which may be compressed. */
  readonly maxBodyBytes: number;
  /** Requests that may be under way at once. */
  readonly maxPending: number;
  /** Of one client address; so many may also come at once. 0: any number. */
  readonly maxPerSecond: number;
}

/** A request whose body has been read. */
export interface HookRequest {
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case; of a header that came more than once the values are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address of the client, or of the proxy it came through. */
  readonly remoteAddress: string;
  /** Byte for byte as it was sent. */
  readonly body: Uint8Array;
}

export interface HookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; left out: an empty body. */
  readonly json?: unknown;
}
export interface EndpointHandlers {
  onMessage?(text: string): void;
  onClose?(): void;
}

type Kinded<Definition> = Definition & { readonly kind: "connector" };

/** Declares an adapter, a sink, or a plugin or rule with a peer: the default export of a `*.node.ts`. */
export function defineConnector<Schema extends ConfigSchema, Client = undefined>(
  definition: AdapterDefinition<Schema, Client>,
): Kinded<AdapterDefinition<Schema, Client>>;
export function defineConnector<Schema extends ConfigSchema, Client = undefined>(
  definition: SinkDefinition<Schema, Client>,
): Kinded<SinkDefinition<Schema, Client>>;
export function defineConnector<
  Schema extends ConfigSchema,
  Client = undefined,
  Accepts extends "raw" | "point" = "raw" | "point",
>(definition: ProcessorDefinition<Schema, Client, Accepts>): Kinded<ProcessorDefinition<Schema, Client, Accepts>>;
export function defineConnector(definition: AdapterDefinition | SinkDefinition | ProcessorDefinition) {
  return { ...definition, kind: "connector" as const };
}
