/**
 * Bounds what waits to be sent. A server that hangs is noticed after some tens of seconds only, and until then the
 * client would keep everything that is published in memory.
 */
import type { NatsConnection } from "@nats-io/transport-node";

const limitBytes = 64 * 1024 * 1024;
const askEveryBytes = 1024 * 1024;

export class OutboundLimit {
  #sent = 0;
  #confirmed = 0;
  #asked = 0;

  /** Counts a message about to be sent; `false` when too much of what went before is not confirmed by the server. */
  admit(bytes: number, connection: Pick<NatsConnection, "flush">): boolean {
    if (this.#sent - this.#confirmed > limitBytes) return false;
    this.#sent += bytes;
    if (this.#sent - this.#asked > askEveryBytes) this.#ask(connection);
    return true;
  }

  /** For a new connection: the old one's messages have arrived or are lost. */
  reset(): void {
    this.#confirmed = this.#sent;
    this.#asked = this.#sent;
  }

  #ask(connection: Pick<NatsConnection, "flush">): void {
    const upTo = this.#sent;
    this.#asked = upTo;
    connection.flush().then(
      () => {
        this.#confirmed = Math.max(this.#confirmed, upTo);
      },
      () => undefined,
    );
  }
}
