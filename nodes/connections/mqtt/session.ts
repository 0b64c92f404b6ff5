/** A session with a broker on top of the `mqtt` package: connecting, subscribing, publishing, ending. */
import { connect, type IClientOptions, type IPublishPacket, type MqttClient as Wire } from "mqtt";
import type { Timer } from "../../contract/clock.ts";
import type { PeerContext } from "../../contract/connection.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { Window } from "../window.ts";
import type { MqttClient, MqttSubscription, PublishOptions, Qos, SubscribeOptions } from "./client.ts";
import { definedFields } from "./defined-fields.ts";
import { acknowledgedLater, Incoming } from "./incoming.ts";
import { connectionReason, refusal, subscribeRefusal, type Target } from "./reasons.ts";
import { type MessageHandler, Subscriptions, subscriptionIdentifier } from "./subscriptions.ts";
import { topicProblem } from "./topic-filter.ts";

export interface SessionSettings {
  /** For the `mqtt` package: where to and as whom. */
  readonly options: IClientOptions;
  readonly target: Target;
  /** The broker keeps subscriptions and messages while the gateway is away. */
  readonly persistent: boolean;
  /** How many messages may be on their way to the bus at once before reading from the broker stops. */
  readonly maxInFlight: number;
}

const answerTimeoutMs = 30_000;
/** After this long without a new subscription all nodes of a starting gateway are taken to have subscribed. */
const quietMs = 1_000;
/** How long messages of a resumed session that nobody wants are kept for nodes that are still starting. */
const holdMs = 30_000;
/** A filter without handlers is kept this long, so that stopping the gateway does not make the broker forget it. */
const forgetMs = 5_000;
const closeMs = 2_000;

/** Connects; resolves when the broker has accepted. Rejects with `ConnectionError` in plain words. */
export async function openSession(settings: SessionSettings, context: PeerContext): Promise<Session> {
  const session = new Session(settings, context);
  await session.connected();
  return session;
}

export class Session implements MqttClient {
  readonly #settings: SessionSettings;
  readonly #context: PeerContext;
  readonly #wire: Wire;
  readonly #subscriptions: Subscriptions;
  readonly #incoming: Incoming;
  /** Rejects what is waiting for the broker. A set, since racing against one long-lived promise would pile up on it. */
  readonly #waiting = new Set<(error: ConnectionError) => void>();
  #state: "connecting" | "connected" | "ended" = "connecting";
  #resumed = false;
  readonly #timers = new Map<string, Timer>();
  /** A broker may end a session in which more is under way than it has said it takes (MQTT 5, section 4.9). */
  #unacknowledged: Window | undefined;

  constructor(settings: SessionSettings, context: PeerContext) {
    this.#settings = settings;
    this.#context = context;
    this.#subscriptions = new Subscriptions({
      onRoom: () => this.#incoming.makeRoom(),
      onFirstUnwanted: (topic) =>
        context.status("connected", `messages that no node reads are dropped, such as ${topic}`),
    });
    this.#incoming = new Incoming(this.#subscriptions, settings.maxInFlight, (reason) => this.#end(reason));
    this.#wire = this.#connect();
  }

  /** True when the broker had kept the session. */
  get resumed(): boolean {
    return this.#resumed;
  }

  async connected(): Promise<void> {
    const stop = () => this.#end(`connecting to ${this.#settings.target.address} was given up`);
    this.#context.signal.addEventListener("abort", stop, { once: true });
    try {
      await this.#unlessEnded<void>((resolve) => this.#wire.once("connect", () => resolve()));
    } finally {
      this.#context.signal.removeEventListener("abort", stop);
    }
  }

  async subscribe(filter: string, options: SubscribeOptions, handler: MessageHandler): Promise<MqttSubscription> {
    this.#timers.get(filter)?.cancel();
    this.#subscriptions.add(filter, handler);
    try {
      const qos = await this.#askFor(filter, options);
      if (this.#resumed) this.#after("quiet", quietMs, () => this.#subscriptions.hold("unmatched"));
      return { qos, close: () => this.#unsubscribe(filter, handler) };
    } catch (error) {
      this.#subscriptions.remove(filter, handler);
      throw error;
    }
  }

  async publish(topic: string, payload: Uint8Array | string, options: PublishOptions): Promise<void> {
    const problem = topicProblem(topic);
    if (problem !== undefined) throw new MessageError("bad_topic", problem);
    const content =
      typeof payload === "string"
        ? Buffer.from(payload)
        : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const largest = this.#wire.serverProperties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    if (content.length + Buffer.byteLength(topic) > largest)
      throw new MessageError("too_large", `${content.length} bytes; the broker takes at most ${largest}`);
    const { qos, retain = false, messageExpirySeconds, contentType, responseTopic, userProperties } = options;
    const properties = {
      ...definedFields({ messageExpiryInterval: messageExpirySeconds, contentType, responseTopic }),
      ...(userProperties === undefined ? {} : { userProperties: { ...userProperties } }),
    };
    const send = () =>
      this.#answer<void>("the acknowledgement of a message", (resolve, reject) =>
        this.#wire.publish(topic, content, { qos, retain, properties }, (error) =>
          error == null ? resolve() : reject(this.#publishError(topic, error)),
        ),
      );
    if (qos === 0) return send();
    this.#unacknowledged ??= new Window(this.#wire.serverProperties?.receiveMaximum ?? 65_535);
    await this.#unacknowledged.run(send);
  }

  /** Gives what is being handled a moment to be acknowledged, then says goodbye. */
  async close(): Promise<void> {
    for (const timer of this.#timers.values()) timer.cancel();
    if (this.#state === "connected") await Promise.race([this.#incoming.settled(), wait(closeMs)]);
    const orderly = this.#state === "connected";
    this.#leave(new ConnectionError("the connection was closed"));
    if (orderly) await Promise.race([this.#wire.endAsync(), wait(closeMs)]);
    this.#wire.end(true);
  }

  #connect(): Wire {
    const wire = connect({ ...this.#settings.options, reconnectPeriod: 0, resubscribe: false, queueQoSZero: false });
    // Set here because the package takes it from the options for MQTT 5 only; nothing can have come yet.
    wire.options.customHandleAcks = (_topic, _payload, packet: IPublishPacket, answer) =>
      this.#incoming.confirmed(packet, answer);
    wire.handleMessage = (packet, next) => (packet.qos === 0 ? this.#incoming.unconfirmed(packet, next) : next());
    // While reading is held back, the broker's ping answers wait unread: its silence then says nothing.
    const onKeepaliveTimeout = wire.onKeepaliveTimeout.bind(wire);
    wire.onKeepaliveTimeout = () => (this.#incoming.heldBack ? wire.reschedulePing(true) : onKeepaliveTimeout());
    const { target } = this.#settings;
    wire.on("error", (error) => {
      if (error !== acknowledgedLater) this.#end(connectionReason(error, target));
    });
    wire.on("disconnect", ({ reasonCode = 0 }) => this.#end(refusal(reasonCode, target)));
    wire.on("close", () =>
      this.#end(
        this.#state === "connecting"
          ? `${target.address} closed the connection without an answer: does it speak MQTT ${target.protocolVersion}?`
          : `the connection to ${target.address} was lost`,
      ),
    );
    wire.once("connect", ({ sessionPresent }) => {
      this.#state = "connected";
      this.#resumed = sessionPresent;
      if (sessionPresent) this.#after("hold", holdMs, () => this.#subscriptions.hold("none"));
      else this.#subscriptions.hold("none");
    });
    return wire;
  }

  async #askFor(filter: string, { qos, noLocal = false, retained = "always" }: SubscribeOptions): Promise<Qos> {
    const version5 = this.#settings.target.protocolVersion === "5";
    const identified = this.#wire.serverProperties?.subscriptionIdentifiersAvailable !== false;
    const granted = await this.#answer<number>(`the answer to the topic filter "${filter}"`, (resolve, reject) =>
      this.#wire.subscribe(
        filter,
        {
          qos,
          ...(version5 ? { nl: noLocal, rh: { always: 0, new: 1, never: 2 }[retained] } : {}),
          ...(version5 && identified ? { properties: { subscriptionIdentifier: subscriptionIdentifier(filter) } } : {}),
        },
        (error, subscriptions, packet) => {
          if (error == null) return resolve(subscriptions?.[0]?.qos ?? qos);
          const code = packet?.granted[0];
          const reason = subscribeRefusal(filter, typeof code === "number" ? code : undefined);
          reject(new ConnectionError(reason, { cause: error }));
        },
      ),
    );
    return granted as Qos;
  }

  async #unsubscribe(filter: string, handler: MessageHandler): Promise<void> {
    if (!this.#subscriptions.remove(filter, handler) || this.#state === "ended") return;
    if (!this.#settings.persistent) return this.#forget(filter);
    this.#after(filter, forgetMs, () => {
      if (!this.#subscriptions.has(filter)) this.#forget(filter).catch(() => undefined);
    });
  }

  async #forget(filter: string): Promise<void> {
    await this.#answer<void>(`the answer to unsubscribing "${filter}"`, (resolve) =>
      this.#wire.unsubscribe(filter, () => resolve()),
    );
  }

  /** Starts something the broker answers; rejects with `ConnectionError` when it does not, or the session ends first. */
  async #answer<T>(
    what: string,
    start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  ): Promise<T> {
    let late = () => {};
    const timer = this.#context.clock.after(answerTimeoutMs, () => late());
    try {
      return await this.#unlessEnded<T>((resolve, reject) => {
        const words = `the broker did not send ${what} within ${answerTimeoutMs / 1000} s`;
        late = () => reject(new ConnectionError(words));
        start(resolve, reject);
      });
    } finally {
      timer.cancel();
    }
  }

  async #unlessEnded<T>(start: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    let giveUp: (error: ConnectionError) => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        giveUp = reject;
        this.#waiting.add(giveUp);
        if (this.#state === "ended") reject(new ConnectionError("the session with the broker has ended"));
        else start(resolve, reject);
      });
    } finally {
      this.#waiting.delete(giveUp);
    }
  }

  #publishError(topic: string, error: Error): Error {
    const code = "code" in error && typeof error.code === "number" ? error.code : 0;
    // Limits pass; the other refusals are about this topic or this payload.
    if (code < 128 || code === 147 || code === 150 || code === 151)
      return new ConnectionError(connectionReason(error, this.#settings.target), { cause: error });
    return new MessageError("refused", `the broker refused a message on "${topic}": ${error.message}`, {
      cause: error,
    });
  }

  #after(name: string, delayMs: number, call: () => void): void {
    this.#timers.get(name)?.cancel();
    this.#timers.set(name, this.#context.clock.after(delayMs, call));
  }

  #end(reason: string): void {
    const wasConnected = this.#state === "connected";
    if (this.#state === "ended") return;
    const error = new ConnectionError(reason);
    this.#leave(error);
    this.#wire.end(true);
    if (wasConnected) this.#context.lost(error);
  }

  #leave(error: ConnectionError): void {
    this.#state = "ended";
    this.#incoming.stop();
    for (const giveUp of this.#waiting) giveUp(error);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
