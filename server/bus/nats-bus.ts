/** The bus on NATS. With its neighbours for streams, headers and options the only code of the server that knows the client. */
import {
  connect,
  type NatsConnection,
  type NodeConnectionOptions,
  PermissionViolationError,
  RequestError,
  type Status,
  TimeoutError,
} from "@nats-io/transport-node";
import { streamClient } from "../../nodes/connections/nats/stream-client.ts";
import { systemClock } from "../../nodes/contract/clock.ts";
import type { Log } from "../log.ts";
import type { Bus, BusMessage, BusStatus, BusSubscription, HeaderBlock, StoredBus } from "./bus.ts";
import { BusConnectError, type BusOptions, connectOptions, connectProblem, defaults } from "./connect-options.ts";
import { wireHeaders } from "./headers.ts";
import { NatsStoredBus } from "./nats-stored-bus.ts";
import { type MessageHandler, NatsSubscription, type SubscribeOptions } from "./nats-subscription.ts";
import { OutboundLimit } from "./outbound-limit.ts";
import { payloadTooLarge } from "./stored-bus.ts";
import { hasJetStream } from "./streams.ts";

/**
 * Connects to NATS. Rejects with `BusConnectError` when the first attempt fails, unless `waitOnFirstConnect`; after that
 * the bus comes back by itself as often as `maxReconnect` allows.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const client = connectOptions(options);
  const bus = new NatsBus(options, client);
  let connection: NatsConnection;
  try {
    connection = await connect(client);
  } catch (error) {
    const problem = connectProblem(error, bus.servers, client.timeout ?? defaults.timeoutMs);
    if (options.waitOnFirstConnect !== true) throw new BusConnectError(problem, { cause: error });
    bus.keepTrying(problem);
    return bus;
  }
  await bus.attach(connection);
  return bus;
}

class NatsBus implements Bus {
  readonly servers: readonly string[];
  readonly #client: NodeConnectionOptions;
  readonly #log: Log;
  readonly #timeoutMs: number;
  readonly #stored: NatsStoredBus | undefined;
  readonly #subscriptions = new Set<NatsSubscription>();
  readonly #watchers = new Set<(status: BusStatus) => void>();
  readonly #outbound = new OutboundLimit();
  readonly streams = streamClient(() => (this.#status.state === "connected" ? this.#connection : undefined));
  #connection: NatsConnection | undefined;
  #status: BusStatus = { state: "disconnected", detail: "not connected yet" };
  /** Why the connection may break next. */
  #lastError = "";
  #lastComplaint = "";
  #hasJetStream = true;
  #maxPayloadBytes = 1024 * 1024;
  #dropped = 0;
  #closing = false;

  constructor(options: BusOptions, client: NodeConnectionOptions) {
    this.#client = client;
    this.servers = typeof client.servers === "string" ? [client.servers] : (client.servers ?? []);
    this.#log = options.log;
    this.#timeoutMs = options.timeoutMs ?? defaults.timeoutMs;
    if (options.jetstream)
      this.#stored = new NatsStoredBus({
        log: this.#log,
        window: options.ackWindow ?? defaults.ackWindow,
        timeoutMs: this.#timeoutMs,
        clock: options.clock ?? systemClock,
        maxPayloadBytes: () => this.#maxPayloadBytes,
      });
  }

  /** Undefined as soon as it is known that the server has no JetStream; until then what is published waits. */
  get stored(): StoredBus | undefined {
    return this.#hasJetStream ? this.#stored : undefined;
  }
  maxPayloadBytes(): number {
    return this.#maxPayloadBytes;
  }
  status(): BusStatus {
    return this.#status;
  }
  onStatus(call: (status: BusStatus) => void): () => void {
    this.#watchers.add(call);
    call(this.#status);
    return () => this.#watchers.delete(call);
  }
  droppedWhileDisconnected(): number {
    return this.#dropped;
  }

  async request(subject: string, payload: Uint8Array, headers: HeaderBlock, timeoutMs: number): Promise<BusMessage> {
    const bytes = payload.length + headers.bytes.length;
    if (bytes > this.#maxPayloadBytes) throw payloadTooLarge(subject, bytes, this.#maxPayloadBytes);
    const connection = this.#connection;
    if (connection === undefined || this.#status.state !== "connected")
      throw new BusConnectError("There is no connection to NATS.");
    try {
      const answer = await connection.request(subject, payload, {
        timeout: timeoutMs,
        headers: wireHeaders(headers.bytes),
      });
      return { subject: answer.subject, data: answer.data, header: (name) => answer.headers?.get(name) || undefined };
    } catch (error) {
      if (error instanceof RequestError && error.isNoResponders())
        throw new Error(`nobody listens on ${subject}`, { cause: error });
      if (error instanceof TimeoutError)
        throw new Error(`no answer on ${subject} within ${timeoutMs / 1_000} s`, { cause: error });
      throw error;
    }
  }

  publish(subject: string, payload: Uint8Array, headers?: HeaderBlock): void {
    const bytes = payload.length + (headers === undefined ? 0 : headers.bytes.length);
    if (bytes > this.#maxPayloadBytes) throw payloadTooLarge(subject, bytes, this.#maxPayloadBytes);
    const connection = this.#connection;
    if (connection === undefined || this.#status.state !== "connected" || !this.#outbound.admit(bytes, connection)) {
      this.#dropped++;
      return;
    }
    if (headers === undefined) connection.publish(subject, payload);
    else connection.publish(subject, payload, { headers: wireHeaders(headers.bytes) });
  }

  subscribe(subject: string, onMessage: MessageHandler, options: SubscribeOptions = {}): BusSubscription {
    const subscription = new NatsSubscription(subject, onMessage, options, this.#log, () =>
      this.#subscriptions.delete(subscription),
    );
    this.#subscriptions.add(subscription);
    if (this.#connection !== undefined) subscription.begin(this.#connection);
    return subscription;
  }

  async flush(timeoutMs: number): Promise<void> {
    if (this.#connection === undefined || this.#status.state !== "connected")
      throw new BusConnectError("There is no connection to NATS.");
    if (!(await within(timeoutMs, this.#connection.flush())))
      throw new BusConnectError(`NATS has not confirmed what was published within ${timeoutMs} ms.`);
  }

  async drain(): Promise<void> {
    this.#closing = true;
    const connection = this.#connection;
    // Each step is bounded: a server that hangs would keep it waiting for ever.
    if (connection !== undefined && this.#status.state === "connected") {
      await within(this.#timeoutMs, Promise.all([...this.#subscriptions].map((subscription) => subscription.drain())));
      await within(this.#timeoutMs, this.#stored?.idle() ?? Promise.resolve());
      await within(this.#timeoutMs, connection.flush()).catch(() => false);
    }
    this.#tell({ state: "closed", detail: "closed by the gateway" });
    this.#stored?.close("the gateway stops");
    await connection?.close();
  }

  /** Goes on after a first attempt that failed. The attempt itself cannot be cancelled, only the next refused. */
  keepTrying(problem: string): void {
    this.#tell({ state: "disconnected", detail: problem });
    this.#log.warn({}, `${problem} Trying again until it works.`);
    connect({
      ...this.#client,
      waitOnFirstConnect: true,
      reconnectToServer: () => {
        if (this.#closing && this.#connection === undefined) throw new Error("the bus has been closed");
        return null;
      },
    })
      .then((connection) => (this.#closing ? connection.close() : this.attach(connection)))
      .catch((error: Error) => {
        if (!this.#closing) this.#tell({ state: "closed", detail: error.message });
      });
  }

  async attach(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    const events = connection.status();
    void connection.closed().then((error) => this.#gone(error instanceof Error ? error : undefined));
    for (const subscription of this.#subscriptions) subscription.begin(connection);
    await this.#connected(connection);
    void this.#watch(connection, events);
  }

  async #watch(connection: NatsConnection, events: AsyncIterable<Status>): Promise<void> {
    for await (const event of events) {
      if (event.type === "disconnect") this.#disconnected(event.server);
      else if (event.type === "reconnect") await this.#connected(connection);
      else if (event.type === "update") this.#maxPayloadBytes = connection.info?.max_payload ?? this.#maxPayloadBytes;
      else if (event.type === "ldm") this.#log.warn({ server: event.server }, "the NATS server is about to shut down");
      else if (event.type === "error") this.#serverComplains(event.error);
    }
  }

  async #connected(connection: NatsConnection): Promise<void> {
    this.#maxPayloadBytes = connection.info?.max_payload ?? this.#maxPayloadBytes;
    this.#lastError = "";
    this.#lastComplaint = "";
    this.#outbound.reset();
    if (this.#stored !== undefined) {
      this.#hasJetStream = await hasJetStream(connection, Math.min(this.#timeoutMs, 2_000));
      if (!this.#hasJetStream)
        this.#log.warn({}, "The NATS server has no JetStream for this connection: nothing is stored.");
    }
    if (this.#closing) return;
    this.#stored?.connected(connection);
    this.#tell({ state: "connected", server: connection.getServer(), version: connection.info?.version ?? "" });
  }

  #disconnected(server: string): void {
    this.#stored?.disconnected();
    const why = this.#lastError === "" ? "" : ` (${this.#lastError})`;
    const detail = `The connection to ${server} is lost${why}. Trying again until it works.`;
    this.#log.warn({}, detail);
    this.#tell({ state: "disconnected", detail });
  }

  #gone(error: Error | undefined): void {
    if (this.#closing) return;
    const detail = error === undefined ? "closed" : connectProblem(error, this.servers, this.#timeoutMs);
    this.#log.error({}, `The connection to NATS is given up. ${detail}`);
    this.#stored?.close("the connection to NATS is given up");
    this.#tell({ state: "closed", detail });
  }

  #serverComplains(error: Error): void {
    // The same may come for every message that is published.
    if (error.message === this.#lastComplaint) return;
    this.#lastComplaint = error.message;
    if (error instanceof PermissionViolationError) {
      // Those of subscriptions come to their own handler.
      if (error.operation === "publish") this.#log.error({ err: error }, "the NATS server refuses a message");
      return;
    }
    this.#lastError = error.message;
    this.#log.error({ err: error }, "the NATS server complains");
    if (this.#status.state === "disconnected")
      this.#tell({ state: "disconnected", detail: connectProblem(error, this.servers, this.#timeoutMs) });
  }

  #tell(status: BusStatus): void {
    this.#status = status;
    for (const call of this.#watchers) call(status);
  }
}

/** `false` when it takes longer. */
async function within(timeoutMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
