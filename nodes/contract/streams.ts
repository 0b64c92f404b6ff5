/** Streams of a NATS server with JetStream, as nodes see them: on the gateway's own bus or on another server. */

export interface WantedStream {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly storage: "file" | "memory";
  /** 0, here and below: no limit. */
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly maxMessages: number;
  readonly maxMessagesPerSubject: number;
  /** What a full stream does: forget the oldest message, or refuse the new one. */
  readonly discard: "old" | "new";
  readonly replicas: number;
  /** A message id that comes again within this time is not stored again. */
  readonly duplicateWindowMs: number;
}

export interface StreamPublication {
  /** The same for each attempt to store the same message. */
  readonly id: string;
  /** The stream that has to take it. */
  readonly stream: string;
  /** Control characters in values become spaces. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly timeoutMs: number;
}

export interface StreamClient {
  /**
   * Resolves when the stream is there and takes the subjects, with what differs from the settings in words. `create`
   * makes one that is missing, `update` also changes one that differs, `verify` does neither. Rejects with
   * `ConnectionError` when that cannot be.
   */
  ensure(stream: WantedStream, setup: "create" | "update" | "verify"): Promise<string>;
  /**
   * Resolves when the stream has stored it. Rejects with `MessageError` when it can never take this message, with
   * `ConnectionError` when it takes none now: it is full, missing, or the server does not answer.
   */
  publish(subject: string, payload: string, publication: StreamPublication): Promise<void>;
}
