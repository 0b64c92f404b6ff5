/** Connections: clients that several nodes share, such as one broker session or one serial bus. */
import type { z } from "zod";
import type { Clock } from "./clock.ts";
import type { ConfigSchema, Example } from "./node.ts";

export type State = "connecting" | "connected" | "degraded" | "failed" | "stopped";

export interface PeerContext {
  readonly clock: Clock;
  /** Aborted when the node is to stop: give up waiting, then `close` is called. */
  readonly signal: AbortSignal;
  /** Where the peer stands, in words a plant engineer understands ("broker refused the password"). */
  status(state: Exclude<State, "stopped">, detail: string): void;
  /**
   * The peer is gone. The runtime closes this and all that use it, waits (backoff with jitter) and opens again.
   * Call it once; later calls are ignored.
   */
  lost(error: Error): void;
}

export interface ConnectionDefinition<Schema extends ConfigSchema = ConfigSchema, Client = unknown> {
  readonly kind: "connection";
  /** `mqtt`, `modbus` …: the `type` of an entry in the document's `connections`. */
  readonly type: string;
  readonly title: string;
  readonly summary: string;
  readonly help: string;
  readonly icon: string;
  readonly config: Schema;
  readonly examples: readonly Example[];
  /** One line: where it connects to, without secrets. */
  line?(config: z.output<Schema>): string;
  /** Resolves when the client can be used. Rejects with `ConnectionError` when the peer cannot be reached. */
  open(config: z.output<Schema>, context: PeerContext): Promise<{ client: Client; close(): Promise<void> }>;
}

/** Declares a shared client: the default export of a `*.connection.ts`. */
export function defineConnection<Schema extends ConfigSchema, Client>(
  definition: Omit<ConnectionDefinition<Schema, Client>, "kind">,
): ConnectionDefinition<Schema, Client> {
  return { ...definition, kind: "connection" };
}
