/** Processors: plugins and rules that own a peer, such as a program beside the gateway or a service that answers requests. */
import type { z } from "zod";
import type { ConnectionDefinition } from "./connection.ts";
import type { AdapterContext, ConnectorContext, Opened } from "./connector.ts";
import type { ConfigSchema, NodeDeclaration, OutputsFrom, Port, Scope } from "./node.ts";
import type { Emission, Trace } from "./operator.ts";
import type { Point, Protocol, Raw } from "./point.ts";

/** One input on its way through a processor. */
export interface ProcessorRequest {
  readonly trace: Trace;
  /** 1 for the first time, more when an earlier attempt at this input failed for reasons other than the input. */
  readonly attempt: number;
  /** What earlier attempts at this input have achieved: the node keeps its own notes in it. */
  readonly notes: Map<string, unknown>;
  /** Aborted when the deadline has passed or the node stops: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Sends a point on, with the trace of this input. Without effect once the attempt is over. */
  emit(point: Point, emission?: Omit<Emission, "trace">): void;
}

export interface OpenedProcessor<Input> extends Opened {
  /**
   * Handles one input and resolves when all that follows from it was emitted. Inputs of one device come one after the
   * other, those of different devices at the same time, up to `maxInFlight`. Rejects with `MessageError` when this input
   * cannot be handled, with `ConnectionError` when the peer has gone (the input comes again when it is back), and with
   * any other error when trying again may help.
   */
  process(input: Input, request: ProcessorRequest): Promise<void>;
}

/** A message of a node's own on the gateway's bus. */
export interface NodeMessage {
  /** A point goes out in an envelope that names the node, a text as it is. */
  readonly content: Point | string;
  readonly headers: Readonly<Record<string, string>>;
  readonly trace: Trace;
}

/** The gateway's own bus, as far as nodes may use it: not the subjects of the server, of its clients and of the gateway itself. */
export interface NodeBus {
  /**
   * Publishes on a complete subject. Throws `MessageError` when the subject is not allowed or the message too large, and
   * `ConnectionError` while the bus is away.
   */
  publish(subject: string, message: NodeMessage): void;
  /** Resolves with the text of the first answer. Rejects as `publish` throws, and with any other error when nobody answers. */
  request(subject: string, message: NodeMessage, timeoutMs: number): Promise<string>;
}

export interface ProcessorContext<Client> extends ConnectorContext<Client> {
  /** `{flow}_{node}` unless the document sets one; empty for plugins. */
  readonly ruleId: string;
  readonly bus: NodeBus;
  /**
   * Publishes what the peer sent by itself on `iot.raw.{protocol}.{device_id}`; the answer is the trace for its points.
   * Throws `ConnectionError` while the bus is away and `MessageError` when the reading is too large for it.
   */
  emitRaw(reading: Parameters<AdapterContext<Client>["emit"]>[0]): Trace;
  /** Sends a point on that no input caused. */
  emit(point: Point, emission: Emission & { readonly trace: Trace }): void;
  /**
   * Tells of a message from the peer that cannot be used: on the node's error subjects, its card and the log. `count`
   * is how many it stands for, 1 when left out.
   */
  report(error: {
    readonly type: string;
    readonly message: string;
    readonly original?: string;
    readonly count?: number;
  }): void;
  /** A line for the gateway's log, such as what a program prints about itself. */
  log(line: string): void;
}

export interface ProcessorLimits {
  /** Inputs under way at the same time, each of another device. */
  readonly maxInFlight: number;
  /** After this long an attempt fails as `timeout`, whatever the node still does. */
  readonly timeoutMs: number;
  /** Inputs that wait while the peer is busy or away; when it is full the oldest goes and is counted. */
  readonly mailbox: number;
}

export interface ProcessorDefinition<
  Schema extends ConfigSchema = ConfigSchema,
  Client = unknown,
  Accepts extends "raw" | "point" = "raw" | "point",
> extends NodeDeclaration<`plugin.${string}` | `rule.${string}`, Schema> {
  /** Raw readings from adapters, or points. A rule always takes points. */
  readonly accepts: Accepts;
  /** Output ports; `[out]` when left out. Every rule also has `failed`, which the runtime adds. */
  readonly outputs?: readonly Port[];
  /** Ports before those, by the configuration. */
  readonly outputsFrom?: OutputsFrom;
  /** Given when its peer also sends readings by itself; such a node needs no input. */
  readonly protocol?: Protocol;
  /** The shared client it uses; the configuration may leave it out when its field is optional. */
  readonly connection?: ConnectionDefinition<ConfigSchema, Client>;
  /** Which devices and keys leave by `out`, given which come in; the same when left out. */
  scope?(config: z.output<Schema>, incoming: Scope): Scope;
  /** Subjects it publishes on besides those of its stage, as concrete or wildcard subjects; for the loop check. */
  publishes?(config: z.output<Schema>): readonly string[];
  limits(config: z.output<Schema>): ProcessorLimits;
  /** Resolves when inputs can be handled. Rejects with `ConnectionError` when the peer cannot be reached. */
  open(
    config: z.output<Schema>,
    context: ProcessorContext<Client>,
  ): Promise<OpenedProcessor<Accepts extends "raw" ? Raw : Point>>;
}
