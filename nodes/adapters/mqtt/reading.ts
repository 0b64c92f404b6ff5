/** From an MQTT message to what the adapter publishes. Pure. */
import { isUtf8 } from "node:buffer";
import type { MqttMessage } from "../../connections/mqtt/client.ts";
import type { AdapterContext } from "../../contract/connector.ts";
import { unfolded } from "./compression.ts";
import { deviceOfTopic, type TopicNames } from "./topic-pattern.ts";

export type Reading = Parameters<AdapterContext<unknown>["emit"]>[0];

interface Rules {
  /** For all messages; empty: by the topic. */
  readonly deviceId: string;
  readonly namesOf: ((topic: string) => TopicNames | undefined) | undefined;
  /** Compressed payloads are unfolded up to so many bytes; 0: they stay as they are. */
  readonly maxUnfoldedBytes: number;
}

/**
 * The function answers `undefined` for an empty message: it only deletes what the broker has kept. Throws `MessageError`
 * when a compressed payload cannot be unfolded.
 */
export function readingOf({
  deviceId,
  namesOf,
  maxUnfoldedBytes,
}: Rules): (message: MqttMessage) => Reading | undefined {
  return ({ topic, payload: sent, ...details }) => {
    if (sent.length === 0) return undefined;
    const { payload, ...how } = maxUnfoldedBytes === 0 ? { payload: sent } : unfolded(sent, maxUnfoldedBytes);
    const names = namesOf?.(topic);
    const { key, tags = {} } = names ?? {};
    const isText = isUtf8(payload);
    return {
      device_id: deviceId !== "" ? deviceId : (names?.deviceId ?? deviceOfTopic(topic)),
      payload: payload.toString(isText ? "utf8" : "base64"),
      encoding: isText ? "text" : "base64",
      metadata: {
        topic,
        ...details,
        ...how,
        ...(key === undefined ? {} : { key }),
        ...(Object.keys(tags).length === 0 ? {} : { tags }),
      },
    };
  };
}
