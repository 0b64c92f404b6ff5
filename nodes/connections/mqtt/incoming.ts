/** Messages on their way from the broker to the nodes: acknowledged in order when handled, held back when there are too many. */
import type { IPublishPacket } from "mqtt";
import type { MqttMessage } from "./client.ts";
import { definedFields } from "./defined-fields.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Goes through the error path of the `mqtt` package to say "read on, I acknowledge later"; it is no error. */
export const acknowledgedLater = new Error("acknowledged later");

export class Incoming {
  readonly #subscriptions: Subscriptions;
  readonly #maxInFlight: number;
  readonly #onFailure: (reason: string) => void;
  #acknowledged: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];
  #stopped = false;

  constructor(subscriptions: Subscriptions, maxInFlight: number, onFailure: (reason: string) => void) {
    this.#subscriptions = subscriptions;
    this.#maxInFlight = maxInFlight;
    this.#onFailure = onFailure;
  }

  /** True while no more is read from the broker because the nodes have enough to do. */
  get heldBack(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * QoS 1 and 2. `answer(0)` makes the package send PUBACK or PUBREC, which MQTT wants in the order of arrival. For
   * QoS 2 that is before PUBREC: afterwards the broker would not send the message again, whatever happens here.
   */
  confirmed(packet: IPublishPacket, answer: (error: Error | number) => void): void {
    const acknowledged = Promise.all([this.#acknowledged, this.#deliver(packet)]).then(() => {
      if (!this.#stopped) answer(0);
    });
    this.#acknowledged = acknowledged;
    acknowledged.catch((error: unknown) =>
      this.#onFailure(`a message could not be handed on: ${error instanceof Error ? error.message : String(error)}`),
    );
    this.#whenRoom(() => answer(acknowledgedLater));
  }

  /** QoS 0: nobody can send it again, so a failure to hand it on, which the node reports, ends nothing. */
  unconfirmed(packet: IPublishPacket, next: () => void): void {
    this.#deliver(packet).catch(() => undefined);
    this.#whenRoom(next);
  }

  /** To be called whenever a node has finished with a message. */
  makeRoom(): void {
    while (this.#waiting.length > 0 && this.#subscriptions.handling < this.#maxInFlight) this.#waiting.shift()?.();
  }

  /** Resolves when everything taken so far is acknowledged or cannot be. */
  async settled(): Promise<void> {
    await this.#acknowledged.catch(() => undefined);
  }

  /** Nothing is acknowledged from here on. */
  stop(): void {
    this.#stopped = true;
  }

  #deliver(packet: IPublishPacket): Promise<void> {
    const identifier = packet.properties?.subscriptionIdentifier ?? [];
    return this.#subscriptions.deliver(messageOf(packet), [identifier].flat());
  }

  #whenRoom(call: () => void): void {
    if (this.#subscriptions.handling < this.#maxInFlight) call();
    else this.#waiting.push(call);
  }
}

function messageOf({ topic, payload, qos, retain, properties }: IPublishPacket): MqttMessage {
  const { contentType, responseTopic, userProperties } = properties ?? {};
  return {
    topic,
    payload: typeof payload === "string" ? Buffer.from(payload) : payload,
    qos,
    retain,
    ...definedFields({ contentType, responseTopic }),
    ...(userProperties === undefined ? {} : { userProperties: { ...userProperties } }),
  };
}
