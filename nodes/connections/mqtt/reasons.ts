/** What a broker or the network answered, in words for people who run a plant. Pure. */
import { networkReason } from "../network-reason.ts";

export interface Target {
  /** `host:port`. */
  readonly address: string;
  readonly secure: boolean;
  readonly protocolVersion: "3.1.1" | "5";
  readonly clientId: string;
}

/** Why connecting failed, or the connection ended, with what to do about it. */
export function connectionReason(error: Error, target: Target): string {
  const code: unknown = "code" in error ? error.code : undefined;
  if (typeof code === "number") return refusal(code, target);
  const reason = networkReason(error, target.address, {
    program: "broker",
    language: "MQTT",
    plain: "mqtt",
    secure: "mqtts",
  });
  if (reason !== undefined) return reason;
  if (error.message === "connack timeout")
    return `${target.address} accepted the connection but did not answer: does that port speak MQTT${target.secure ? " over TLS" : " without TLS"}?`;
  return `connection to ${target.address} failed: ${error.message}`;
}

/** What a CONNACK or DISCONNECT with this reason code means. Codes 1 to 5 are those of MQTT 3.1.1. */
export function refusal(code: number, { address, protocolVersion, clientId }: Target): string {
  switch (code) {
    case 1:
    case 132:
      return `the broker at ${address} does not speak MQTT ${protocolVersion}: choose version ${protocolVersion === "5" ? "3.1.1" : "5"} in the connection`;
    case 2:
    case 133:
      return `the broker at ${address} does not accept the client id "${clientId}": choose another one`;
    case 3:
    case 136:
    case 137:
      return `the broker at ${address} is too busy or not available at the moment`;
    case 4:
    case 5:
    case 134:
    case 135:
      // Which of the two codes brokers send for a wrong password differs.
      return `the broker at ${address} refused us: check user name and password, and the rights of the user`;
    case 138:
      return `the broker at ${address} has banned this client: ask whoever runs the broker`;
    case 139:
      return `the broker at ${address} is shutting down`;
    case 141:
      return `the broker at ${address} did not hear from us within the keep-alive time`;
    case 142:
      return `another program connected to ${address} with the same client id "${clientId}": every client needs its own`;
    case 149:
      return `the broker at ${address} got a message larger than it takes`;
    case 147:
    case 150:
    case 151:
    case 159:
      return `the broker at ${address} limits how much one client may send`;
    case 154:
      return `the broker at ${address} keeps no retained messages: switch "retain" off`;
    case 155:
      return `the broker at ${address} does not support this QoS: choose a lower one`;
    case 156:
    case 157:
      return `the broker at ${address} says to use another server`;
    default:
      return `the broker at ${address} ended the connection (reason ${code})`;
  }
}

/** What a SUBACK with a failure code means. MQTT 3.1.1 knows only 128. */
export function subscribeRefusal(filter: string, code: number | undefined): string {
  const refused = `the broker refused the topic filter "${filter}"`;
  switch (code) {
    case 135:
      return `${refused}: this user may not read it`;
    case 143:
      return `${refused}: not a filter it understands`;
    case 151:
      return `${refused}: too many subscriptions`;
    case 158:
      return `${refused}: it knows no shared subscriptions ($share)`;
    case 162:
      return `${refused}: it allows no wildcards`;
    default:
      return `${refused}: check the rights of the user`;
  }
}
