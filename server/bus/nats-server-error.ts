/** The embedded NATS server cannot be had as the settings ask. The message holds the cause and the remedy. */
export class NatsServerError extends Error {
  override readonly name = "NatsServerError";
}
