/**
 * Streams as files and back, with the places of their consumers, by the snapshots of nats-server: the file is what
 * `nats stream backup` keeps in `stream.tar.s2`. Consistent while messages come in.
 */
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, createInbox, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { z } from "zod";

/** What a file of a stream cannot do without. */
export interface StreamSnapshot {
  readonly name: string;
  /** As the server knows them; given back to it as they are. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, unknown>> & { readonly messages: number; readonly last_seq: number };
}

const streamFile = (name: string) => `${name}.tar.s2`;

const chunkBytes = 128 * 1_024;
/** Between two chunks; a large stream on a slow disk takes a while to begin. */
const silenceMs = 60_000;
/** After the last chunk the server reads the whole stream. */
const adoptMs = 10 * 60_000;

const refusal = z.object({ error: z.object({ description: z.string() }) });
const began = z.object({
  config: z.looseObject({ name: z.string() }),
  state: z.looseObject({ messages: z.number(), last_seq: z.number() }),
});
const accepted = z.object({ deliver_subject: z.string() });

/** Writes every stream of the server at `url` into the folder. Rejects when one cannot be had whole. */
export async function saveStreams(url: string, folder: string): Promise<StreamSnapshot[]> {
  const connection = await connect({ servers: url, name: "sluice backup", reconnect: false });
  try {
    const names: string[] = [];
    for await (const { config } of (await jetstreamManager(connection)).streams.list()) names.push(config.name);
    const saved: StreamSnapshot[] = [];
    for (const name of names.sort()) saved.push(await save(connection, name, join(folder, streamFile(name))));
    return saved;
  } finally {
    await connection.close();
  }
}

/** Makes the streams on a server that has none of them. Rejects when one does not reach as far as it did. */
export async function restoreStreams(url: string, folder: string, streams: readonly StreamSnapshot[]): Promise<void> {
  const connection = await connect({ servers: url, name: "sluice restore", reconnect: false });
  try {
    const manager = await jetstreamManager(connection);
    for (const stream of streams) {
      await restore(connection, stream, join(folder, streamFile(stream.name)));
      const { state } = await manager.streams.info(stream.name);
      // Not fewer, since what came while the snapshot was made may be in it; and their number goes down with their age.
      if (state.last_seq < stream.state.last_seq)
        throw new Error(`the stream ${stream.name} ends at ${state.last_seq}, not at ${stream.state.last_seq}`);
    }
  } finally {
    await connection.close();
  }
}

async function save(connection: NatsConnection, name: string, file: string): Promise<StreamSnapshot> {
  const inbox = createInbox();
  const chunks = connection.subscribe(inbox, { timeout: silenceMs });
  const output = createWriteStream(file, { flush: true });
  try {
    const request = { deliver_subject: inbox, chunk_size: chunkBytes, jsck: true };
    const { config, state } = await ask(connection, `$JS.API.STREAM.SNAPSHOT.${name}`, request, began);
    await receive(chunks, output, name);
    return { name, config, state };
  } finally {
    chunks.unsubscribe();
    output.end();
    await finished(output);
  }
}

/** Each chunk is acknowledged when it is written, which is what keeps the server from sending more than the disk takes. */
async function receive(chunks: AsyncIterable<Msg>, output: NodeJS.WritableStream, name: string): Promise<void> {
  for await (const chunk of chunks) {
    const status = chunk.headers?.code ?? 0;
    if (status >= 400)
      throw new Error(`the server gave up the stream ${name}: ${chunk.headers?.description ?? status}`);
    if (chunk.data.length === 0) return;
    if (!output.write(chunk.data)) await once(output, "drain");
    chunk.respond();
  }
  throw new Error(`the server stopped sending the stream ${name}`);
}

async function restore(connection: NatsConnection, stream: StreamSnapshot, file: string): Promise<void> {
  const { name, config, state } = stream;
  const { deliver_subject } = await ask(connection, `$JS.API.STREAM.RESTORE.${name}`, { config, state }, accepted);
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }))
    throwRefusal(await connection.request(deliver_subject, chunk as Buffer, { timeout: silenceMs }), name);
  throwRefusal(await connection.request(deliver_subject, new Uint8Array(), { timeout: adoptMs }), name);
}

function throwRefusal(answer: Msg, name: string): void {
  if (answer.data.length === 0) return;
  const refused = refusal.safeParse(answer.json());
  if (refused.success)
    throw new Error(`the server does not take the stream ${name}: ${refused.data.error.description}`);
}

async function ask<T>(connection: NatsConnection, subject: string, request: object, shape: z.ZodType<T>): Promise<T> {
  const answer = await connection.request(subject, JSON.stringify(request), { timeout: silenceMs });
  const value: unknown = answer.json();
  const refused = refusal.safeParse(value);
  if (refused.success) throw new Error(`${subject}: ${refused.data.error.description}`);
  return shape.parse(value);
}
