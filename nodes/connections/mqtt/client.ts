/** One session with a broker, shared by all nodes that name the same connection. What nodes see of it. */
import type { Opened } from "../../contract/connector.ts";

export type Qos = 0 | 1 | 2;

/** A message as it came. Properties are those of MQTT 5 and missing where the sender gave none. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  /** The broker had kept it from before the subscription. */
  readonly retain: boolean;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly userProperties?: Readonly<Record<string, string | readonly string[]>>;
}

export interface SubscribeOptions {
  readonly qos: Qos;
  /** MQTT 5: do not get back what this session itself publishes. */
  readonly noLocal?: boolean;
  /** MQTT 5: `always` send retained messages on subscribing, only for a `new` subscription, or `never`. */
  readonly retained?: "always" | "new" | "never";
}

export interface PublishOptions {
  readonly qos: Qos;
  readonly retain?: boolean;
  /** MQTT 5, as are all below: the broker forgets the message after this many seconds. */
  readonly messageExpirySeconds?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly userProperties?: Readonly<Record<string, string>>;
}

export interface MqttSubscription extends Opened {
  /** What the broker granted; it may be less than what was asked for. */
  readonly qos: Qos;
}

export interface MqttClient {
  /**
   * Resolves when the broker has granted the filter; rejects with `ConnectionError` naming the filter when it refuses.
   * A message of QoS 1 or 2 is acknowledged when the promises of all its handlers have resolved, and not at all when
   * one rejects: the session then ends, so that a broker that keeps it sends the message again.
   */
  subscribe(
    filter: string,
    options: SubscribeOptions,
    onMessage: (message: MqttMessage) => Promise<void>,
  ): Promise<MqttSubscription>;
  /**
   * Resolves when the broker has taken the message over (QoS 0: when it is on its way). Rejects with `MessageError`
   * when the broker refuses this message, with `ConnectionError` when the session ended before the answer.
   */
  publish(topic: string, payload: Uint8Array | string, options: PublishOptions): Promise<void>;
}
