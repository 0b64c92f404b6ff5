/** Streams on a connection to NATS; used for the gateway's own bus as well as for other servers. */
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { headers as messageHeaders, type NatsConnection, nanos } from "@nats-io/transport-node";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import type { StreamClient, StreamPublication, WantedStream } from "../../contract/streams.ts";

/** The server's numbers for what can be explained better than it does. */
const codes = { tooLarge: 10_054, streamNotFound: 10_059, otherStream: 10_060, overlap: 10_065, storeFailed: 10_077 };
const managerTimeoutMs = 5_000;

/** `connection` answers `undefined` while there is none: everything is then refused with `ConnectionError`. */
export function streamClient(connection: () => NatsConnection | undefined): StreamClient {
  let known: { readonly connection: NatsConnection; readonly client: JetStreamClient } | undefined;
  const current = () => {
    const now = connection();
    if (now === undefined || now.isClosed()) throw new ConnectionError("there is no connection to NATS");
    if (known?.connection !== now) known = { connection: now, client: jetstream(now) };
    return known;
  };
  return {
    async ensure(stream, setup) {
      const manager = await openManager(current().connection);
      const found = await infoOf(manager, stream.name);
      if (found === undefined && setup === "verify")
        throw new ConnectionError(`there is no stream ${stream.name}: create it, or let this node create it`);
      if (found === undefined) await inWords(manager, stream, () => manager.streams.add(settings(stream)));
      else if (setup === "update")
        await inWords(manager, stream, () => manager.streams.update(stream.name, changeable(stream)));
      else {
        await checkSubjects(manager, stream, found);
        return differences(stream, found);
      }
      return "";
    },
    async publish(subject, payload, publication) {
      const { connection, client } = current();
      const bytes = Buffer.byteLength(payload);
      const most = connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
      if (bytes > most) throw new MessageError("too_large", `${bytes} bytes; the NATS server takes at most ${most}`);
      try {
        await client.publish(subject, payload, {
          msgID: publication.id,
          expect: { streamName: publication.stream },
          timeout: publication.timeoutMs,
          retries: 0,
          ...(publication.headers.length === 0 ? {} : { headers: headersOf(publication) }),
        });
      } catch (error) {
        throw publishError(error as Error, subject, publication);
      }
    },
  };
}

async function openManager(connection: NatsConnection): Promise<JetStreamManager> {
  try {
    return await jetstreamManager(connection, { timeout: managerTimeoutMs });
  } catch (error) {
    const noStreams = (error as Error).name === "JetStreamNotEnabled";
    const words = noStreams
      ? "the NATS server has no JetStream: start it with -js"
      : `NATS: ${(error as Error).message}`;
    throw new ConnectionError(words, { cause: error });
  }
}

async function infoOf(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (codeOf(error) === codes.streamNotFound) return undefined;
    throw new ConnectionError(`the stream ${name} cannot be asked for: ${(error as Error).message}`, { cause: error });
  }
}

function changeable(stream: WantedStream) {
  const limit = (value: number) => (value === 0 ? -1 : value);
  return {
    subjects: [...stream.subjects],
    max_age: nanos(stream.maxAgeMs),
    max_bytes: limit(stream.maxBytes),
    max_msgs: limit(stream.maxMessages),
    max_msgs_per_subject: limit(stream.maxMessagesPerSubject),
    discard: stream.discard === "new" ? DiscardPolicy.New : DiscardPolicy.Old,
    num_replicas: stream.replicas,
    duplicate_window: nanos(stream.duplicateWindowMs),
  };
}

function settings(stream: WantedStream) {
  return {
    ...changeable(stream),
    name: stream.name,
    storage: stream.storage === "file" ? StorageType.File : StorageType.Memory,
  };
}

/** Of each subject the server says which stream takes it. */
async function checkSubjects(manager: JetStreamManager, { name, subjects }: WantedStream, found: StreamConfig) {
  for (const subject of subjects) {
    const taker = await manager.streams.find(subject).catch(() => undefined);
    if (taker === name) continue;
    const taken = found.subjects?.join(", ") ?? "";
    const other = taker === undefined ? "" : `; ${taker} does`;
    throw new ConnectionError(
      `the stream ${name} does not take ${subject}, but ${taken}${other}: change the subject, or the stream`,
    );
  }
}

function differences(stream: WantedStream, found: StreamConfig): string {
  const wanted: Readonly<Record<string, unknown>> = { ...changeable(stream), subjects: undefined };
  const names = Object.keys(wanted).filter((name) => {
    const value = wanted[name];
    return value !== undefined && value !== (found as unknown as Readonly<Record<string, unknown>>)[name];
  });
  return names.length === 0 ? "" : `the stream has other settings for ${names.join(", ")}`;
}

async function inWords(manager: JetStreamManager, { name, subjects }: WantedStream, change: () => Promise<unknown>) {
  try {
    await change();
  } catch (error) {
    const start = `the stream ${name} cannot be set up:`;
    if (codeOf(error) !== codes.overlap)
      throw new ConnectionError(`${start} ${(error as Error).message}`, { cause: error });
    const takers = await Promise.all(subjects.map((subject) => manager.streams.find(subject).catch(() => undefined)));
    const others = [...new Set(takers)].filter((other) => other !== undefined && other !== name).join(", ");
    throw new ConnectionError(
      `${start} ${others === "" ? "another stream" : others} already takes ${subjects.join(", ")}, or some of it, and a subject can be in one stream only`,
      { cause: error },
    );
  }
}

function headersOf({ headers }: StreamPublication) {
  const made = messageHeaders();
  for (const [name, value] of headers) made.append(name, value.replace(/\p{Cc}+/gu, " "));
  return made;
}

function publishError(error: Error, subject: string, { stream, timeoutMs }: StreamPublication): Error {
  switch (codeOf(error)) {
    case codes.tooLarge:
      return new MessageError("too_large", `larger than the stream ${stream} takes (max_msg_size)`);
    case codes.storeFailed:
      return new ConnectionError(`the stream ${stream} takes no more: it is full (${error.message})`, { cause: error });
    case codes.otherStream:
      return new ConnectionError(
        `${subject} goes to another stream than ${stream}: correct the subject or the stream`,
        {
          cause: error,
        },
      );
  }
  // No responders: nobody listens to the subject.
  if (error.name === "JetStreamNotEnabled")
    return new ConnectionError(`no stream takes ${subject}: ${stream} is missing or has other subjects`, {
      cause: error,
    });
  if (error.name === "TimeoutError")
    return new ConnectionError(`the stream ${stream} has not confirmed within ${timeoutMs / 1000} s`, { cause: error });
  return new ConnectionError(`the stream ${stream} did not take it: ${error.message}`, { cause: error });
}

function codeOf(error: unknown): number | undefined {
  return error instanceof JetStreamApiError ? error.code : undefined;
}
