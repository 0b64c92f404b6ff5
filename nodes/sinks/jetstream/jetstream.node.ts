import { createHash } from "node:crypto";
import nats from "../../connections/nats/nats.connection.ts";
import { Window } from "../../connections/window.ts";
import { defineConnector, type SinkRecord } from "../../contract/connector.ts";
import type { Point } from "../../contract/point.ts";
import type { StreamClient, StreamPublication, WantedStream } from "../../contract/streams.ts";
import { compileTemplate } from "../../expression/template.ts";
import { contentText } from "../content.ts";
import { makeAll, throwRefused } from "../refusals.ts";
import { sendEach } from "../send-each.ts";
import { type JetstreamConfig, jetstreamConfig } from "./config.ts";
import { subjectMaker, subjectPattern } from "./subject.ts";

export default defineConnector({
  type: "sink.jetstream",
  title: "JetStream",
  summary: "Stores messages in a stream of the gateway's bus or of another NATS server",
  icon: "database-export",
  keywords: ["nats", "jetstream", "stream", "archive", "store", "queue", "replay"],
  connection: nats,
  help: `
Publishes every message on a subject of a stream and waits until the stream has stored it. Without a connection the stream
is on the gateway's own bus, where anybody can read it: \`nats stream view ARCHIVE\`.

**Subject.** \`archive.\${device_id}.\${key}\` becomes \`archive.boiler-1.temperature\`. What comes from the message cannot leave its
part: dots, spaces and wildcards in it become \`%2E\`, \`%20\`, \`%2A\`. Subjects of the NATS server itself (\`$…\`) cannot be
reached.

**Stream.** By default it is created when it is missing, for the subjects of this node. If it is there with other settings,
the node says so and leaves it as it is, unless it is to keep the stream to its settings. A stream made by others is only
checked. A message can never end up in another stream than the one named here.

**Once.** Each message has an id. If it has to be sent again because a confirmation was lost, the stream knows it and stores
it once, within the time that ids are remembered.

**When the stream is full** the oldest go, or, if you choose so, new ones wait in this node and nothing is dropped until
there is room. If the server is away, messages wait as well and go on when it is back. A message larger than server or
stream take goes to the dead letters.
`,
  config: jetstreamConfig,
  examples: [
    { title: "A week of everything on the gateway's own bus", config: { stream: "ARCHIVE" } },
    {
      title: "The latest value of each series on another server",
      config: {
        connection: "control-room",
        stream: "LATEST",
        subject: `plant.latest.\${device_id}.\${key}`,
        maxAge: "0s",
        maxMessagesPerSubject: 1,
      },
    },
    {
      title: "A stream made by others, with a header",
      config: {
        connection: "control-room",
        stream: "ALERTS",
        subject: `alerts.\${device_id}`,
        setup: "verify",
        headers: [{ name: "Plant", value: "bern" }],
      },
    },
  ],
  line: ({ stream, subject }) => `${stream}: ${subject}`,
  batch: ({ maxInFlight }) => ({ size: Math.max(100, Math.min(1_000, maxInFlight * 4)), lingerMs: 0 }),
  publishes: ({ connection, subject }) => (connection === undefined ? [subjectPattern(subject)] : []),
  async open(config, { connection, streams, status }) {
    const isOwn = config.connection === undefined;
    const client: StreamClient = isOwn ? streams : connection;
    const note = await client.ensure(wantedStream(config), config.setup);
    const make = publicationMaker(config);
    const window = new Window(config.maxInFlight);
    status("connected", [isOwn ? "on the gateway's bus" : "", note].filter((text) => text !== "").join("; "));
    return {
      async write(records) {
        const { made, refused } = makeAll(records, make);
        const notTaken = await sendEach(made, window, ({ subject, payload, publication }) =>
          client.publish(subject, payload, publication),
        );
        throwRefused(refused, notTaken);
      },
      close: async () => undefined,
    };
  },
});

function wantedStream(config: JetstreamConfig): WantedStream {
  const { stream, subject, maxAge, duplicateWindow, ...settings } = config;
  return {
    ...settings,
    name: stream,
    subjects: [subjectPattern(subject)],
    maxAgeMs: maxAge,
    // The server takes no longer window than messages live.
    duplicateWindowMs: maxAge > 0 ? Math.min(duplicateWindow, maxAge) : duplicateWindow,
  };
}

interface Publication {
  readonly subject: string;
  readonly payload: string;
  readonly publication: StreamPublication;
}

function publicationMaker(config: JetstreamConfig): (record: SinkRecord) => Publication {
  const { stream, content, timeout } = config;
  const subjectOf = subjectMaker(config.subject);
  const idOf = config.messageId === undefined ? undefined : compileTemplate(config.messageId);
  const headers = config.headers.map(({ name, value }) => ({ name, text: compileTemplate(value) }));
  return (record) => {
    const point = record.data as unknown as Point;
    return {
      subject: subjectOf(point),
      payload: contentText(record, content),
      publication: {
        id: idOf === undefined ? fingerprint(record) : encodeURIComponent(idOf.render(point)),
        stream,
        headers: headers.map(({ name, text }) => [name, text.render(point)] as const),
        timeoutMs: timeout,
      },
    };
  };
}

/** The same for a record that is sent again, and for nothing else: the complete message has its time and trace id in it. */
function fingerprint({ subject, text }: SinkRecord): string {
  return createHash("sha1").update(`${subject}\n${text}`).digest("base64url");
}
