import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { connectAsync, type IClientOptions, type MqttClient as Publisher } from "mqtt";
import { afterEach, describe, expect, test } from "vitest";
import { createWebSocketStream, WebSocketServer } from "ws";
import {
  type Mosquitto,
  type MosquittoOptions,
  mosquittoProgram,
  startMosquitto,
} from "../../../test/peers/mosquitto.ts";
import { findProgram, freePort, until } from "../../../test/peers/program.ts";
import { systemClock } from "../../contract/clock.ts";
import type { MqttClient, MqttMessage } from "./client.ts";
import mqtt from "./mqtt.connection.ts";

const openssl = findProgram("openssl", "openssl");
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function broker(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const started = await startMosquitto(options);
  ends.push(() => started.stop());
  return started;
}

async function publisher(url: string, options: IClientOptions = {}): Promise<Publisher> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...options }, false);
  ends.push(() => client.endAsync(true));
  return client;
}

interface Session {
  readonly client: MqttClient;
  readonly lost: Error[];
  readonly details: string[];
  close(): Promise<void>;
}

async function open(config: Record<string, unknown>, signal = new AbortController().signal): Promise<Session> {
  const lost: Error[] = [];
  const details: string[] = [];
  const { client, close } = await mqtt.open(mqtt.config.parse(config), {
    clock: systemClock,
    signal,
    status: (_state, detail) => details.push(detail),
    lost: (error) => lost.push(error),
  });
  let closed: Promise<void> | undefined;
  const closeOnce = () => {
    closed ??= close();
    return closed;
  };
  ends.push(closeOnce);
  return { client: client as MqttClient, lost, details, close: closeOnce };
}

/** Handlers that finish when the test says so. */
function gate() {
  const waiting: { readonly message: MqttMessage; readonly done: () => void; readonly fail: (error: Error) => void }[] =
    [];
  const handler = (message: MqttMessage) =>
    new Promise<void>((resolve, reject) => waiting.push({ message, done: resolve, fail: reject }));
  const texts = () => waiting.map(({ message }) => message.payload.toString());
  const at = (index: number) => {
    const found = waiting[index];
    if (found === undefined) throw new Error(`no message ${index}`);
    return found;
  };
  return { waiting, handler, texts, at };
}

const count = (text: string, part: string) => text.split(part).length - 1;

describe("the configuration", () => {
  const problems = (config: Record<string, unknown>) =>
    mqtt.config.safeParse(config).error?.issues.map(({ message }) => message) ?? [];

  test.each([
    ["mqtt://10.0.0.5"],
    ["mqtts://broker.example:8883"],
    ["ws://broker.example/mqtt"],
    ["wss://broker.example:443/mqtt?x=1"],
    ["mqtt://[::1]:1883"],
  ])("takes the address %s", (url) => {
    expect(problems({ url })).toEqual([]);
  });

  test.each([
    ["10.0.0.5:1883", "is not the address of a broker; write for example mqtt://10.0.0.5:1883"],
    ["http://broker", "is not the address of a broker"],
    ["mqtt://user:secret@broker", "leave user name and password out of the address"],
    ["mqtt://broker/plant/#", "ends after the port"],
  ])("refuses the address %s", (url, words) => {
    expect(problems({ url }).join()).toContain(words);
  });

  test("a kept session needs a client id, and keep-alive cannot be switched off", () => {
    expect(problems({ url: "mqtt://b", cleanStart: false }).join()).toContain("needs a client id");
    expect(problems({ url: "mqtt://b", keepalive: "0s" }).join()).toContain("at least 1s");
  });

  test("certificates without TLS, and half a client certificate, are refused", () => {
    expect(problems({ url: "mqtt://b", tls: { ca: "PEM" } }).join()).toContain("use mqtts:// or wss://");
    expect(problems({ url: "mqtts://b", tls: { cert: "PEM" } }).join()).toContain("go together");
  });

  test("its line names the broker and no secret", () => {
    const config = mqtt.config.parse({ url: "mqtt://broker", username: "u", password: "s3cret" });
    expect(mqtt.line?.(config)).toBe("mqtt://broker:1883");
  });
});

test("a port where nothing listens is said in words", async () => {
  const port = await freePort();
  await expect(open({ url: `mqtt://127.0.0.1:${port}` })).rejects.toMatchObject({
    name: "ConnectionError",
    message: `nothing listens at 127.0.0.1:${port}: is the broker running, and is the port right?`,
  });
});

/** Accepts connections and answers with the given bytes: to everything, or to packets that begin with a given byte. */
async function fakeBroker(answer: (first: number, packet: Buffer) => Buffer | "close" | undefined): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (packet) => {
      const bytes = answer(packet[0] ?? 0, packet);
      if (bytes === "close") socket.destroy();
      else if (bytes !== undefined) socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return `mqtt://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
const connackAccepted = Buffer.from([0x20, 3, 0, 0, 0]);

test("a peer that does not answer is given up after the connect timeout", async () => {
  const url = await fakeBroker(() => undefined);
  await expect(open({ url, connectTimeout: "100ms" })).rejects.toThrow(/did not answer: does that port speak MQTT/);
});

test("a peer that closes without an answer is said in words", async () => {
  const url = await fakeBroker(() => "close");
  await expect(open({ url })).rejects.toThrow(/closed the connection without an answer|broke off the connection/);
});

test("stopping while connecting gives up at once", async () => {
  const stop = new AbortController();
  const url = await fakeBroker(() => {
    stop.abort();
    return undefined;
  });
  await expect(open({ url }, stop.signal)).rejects.toMatchObject({ name: "ConnectionError" });
});

test.each([
  ["5", [0x20, 3, 0, 132, 0], "does not speak MQTT 5: choose version 3.1.1"],
  ["5", [0x20, 3, 0, 133, 0], "does not accept the client id"],
  ["3.1.1", [0x20, 2, 0, 1], "does not speak MQTT 3.1.1: choose version 5"],
  ["3.1.1", [0x20, 2, 0, 5], "check user name and password"],
])("MQTT %s: a refusal %j is said in words", async (protocolVersion, connack, words) => {
  const url = await fakeBroker(() => Buffer.from(connack));
  await expect(open({ url, protocolVersion })).rejects.toThrow(words);
});

test("a refused topic filter is named", async () => {
  const url = await fakeBroker((first, packet) => {
    if (first === 0x10) return connackAccepted;
    return first === 0x82 ? Buffer.from([0x90, 4, packet[2] ?? 0, packet[3] ?? 0, 0, 135]) : undefined;
  });
  const { client, lost } = await open({ url });
  await expect(client.subscribe("plant/#", { qos: 1 }, async () => undefined)).rejects.toMatchObject({
    name: "ConnectionError",
    message: 'the broker refused the topic filter "plant/#": this user may not read it',
  });
  expect(lost).toEqual([]);
});

test("what the broker says on ending the connection is passed on", async () => {
  const sessionTakenOver = Buffer.from([0xe0, 1, 142]);
  const url = await fakeBroker((first) => {
    if (first === 0x10) return connackAccepted;
    return first === 0x82 ? sessionTakenOver : undefined;
  });
  const { client, lost } = await open({ url, clientId: "twin" });
  await expect(client.subscribe("x", { qos: 0 }, async () => undefined)).rejects.toThrow('same client id "twin"');
  expect(lost.map(({ message }) => message)).toEqual([expect.stringContaining('same client id "twin"')]);
});

describe.skipIf(mosquittoProgram === undefined)("with a broker", () => {
  test("a wrong password is said in words", async () => {
    // The password is "right".
    const passwords =
      "gateway:$7$101$H1vk4oXrnAShBdEO$vcm7/C4iaCMXUhmGwCMGz/kcnw2G9sIEx8V6L4aueGG95VuILAMhW4fe3gcSWx6yj6AgxGlxdXzSmRziWcsbXw==\n";
    const { url, port } = await broker({ passwords });
    for (const protocolVersion of ["5", "3.1.1"]) {
      const login = { url, protocolVersion, username: "gateway" };
      await expect(open({ ...login, password: "wrong" })).rejects.toThrow(
        new RegExp(`127.0.0.1:${port} refused us: check user name`),
      );
      await open({ ...login, password: "right" });
    }
  });

  test.each(["5", "3.1.1"])("MQTT %s: messages arrive with what the sender said", async (protocolVersion) => {
    const { url } = await broker();
    const { client } = await open({ url, protocolVersion });
    const messages: MqttMessage[] = [];
    const { qos } = await client.subscribe("plant/#", { qos: 1 }, async (message) => void messages.push(message));
    expect(qos).toBe(1);
    const sender = await publisher(url);
    await sender.publishAsync("plant/b/t", "21.5", {
      qos: 1,
      properties: { contentType: "text/plain", userProperties: { line: "3" } },
    });
    await until("the message arrives", () => messages.length === 1);
    expect(messages[0]).toEqual({
      topic: "plant/b/t",
      payload: Buffer.from("21.5"),
      qos: 1,
      retain: false,
      ...(protocolVersion === "5" ? { contentType: "text/plain", userProperties: { line: "3" } } : {}),
    });
  });

  test("a broker that dies is told once, and what waits for it is rejected", async () => {
    const started = await startMosquitto();
    const { client, lost } = await open({ url: started.url });
    const { handler } = gate();
    await client.subscribe("x", { qos: 2 }, handler);
    const dead = started.kill();
    const outcomes = await Promise.allSettled([client.publish("y", "1", { qos: 2 }), dead]);
    await until("the loss is told", () => lost.length > 0);
    expect(lost.map(({ name, message }) => `${name} ${message}`)).toEqual([
      expect.stringMatching(/^ConnectionError .*127\.0\.0\.1/),
    ]);
    expect(outcomes[0]?.status).toBe("rejected");
    await expect(client.publish("y", "1", { qos: 0 })).rejects.toMatchObject({ name: "ConnectionError" });
  });

  test.each([
    ["5", 1, "PUBACK"],
    ["5", 2, "PUBREC"],
    ["3.1.1", 1, "PUBACK"],
    ["3.1.1", 2, "PUBREC"],
  ] as const)(
    "MQTT %s, QoS %d: acknowledged in order when handled, and not before",
    async (protocolVersion, qos, ack) => {
      const started = await broker();
      const { client } = await open({ url: started.url, clientId: "gw", protocolVersion });
      const { handler, waiting, at, texts } = gate();
      await client.subscribe("x", { qos }, handler);
      const acks = () => count(started.output(), `Received ${ack} from gw`);
      const sender = await publisher(started.url);
      for (const text of ["a", "b", "c"]) await sender.publishAsync("x", text, { qos });
      await until("all three are being handled at once", () => waiting.length === 3);
      expect(texts()).toEqual(["a", "b", "c"]);
      at(1).done();
      at(2).done();
      // A round trip: whatever had been acknowledged would be in the broker's log by then.
      await client.publish("other", "1", { qos: 1 });
      expect(acks()).toBe(0);
      at(0).done();
      await until("all three are acknowledged", () => acks() === 3);
    },
  );

  test("a message that cannot be handed on is not acknowledged, and comes again in the next session", async () => {
    const { url } = await broker();
    const config = { url, clientId: "gw", cleanStart: false };
    const first = await open(config);
    const { handler, waiting, at } = gate();
    await first.client.subscribe("x", { qos: 1 }, handler);
    const sender = await publisher(url);
    await sender.publishAsync("x", "precious", { qos: 1 });
    await until("it is being handled", () => waiting.length === 1);
    at(0).fail(new Error("the bus is full"));
    await until("the session is given up", () => first.lost.length === 1);
    expect(first.lost[0]?.message).toContain("the bus is full");
    await first.close();
    const second = await open(config);
    await second.client.subscribe("x", { qos: 1 }, handler);
    await until("it comes again", () => waiting.length === 2);
    expect(at(1).message.payload.toString()).toBe("precious");
    at(1).done();
  });

  test.each(["5", "3.1.1"])(
    "MQTT %s: what the broker kept while the gateway was away reaches every node, in order and before what is new",
    async (protocolVersion) => {
      const { url } = await broker();
      const config = { url, clientId: "gw", cleanStart: false, protocolVersion };
      const before = await open(config);
      const subscription = await before.client.subscribe("x/#", { qos: 1 }, async () => undefined);
      await subscription.close();
      await before.close();
      const sender = await publisher(url);
      for (let number = 0; number < 250; number++) await sender.publishAsync("x/y", `${number}`, { qos: 1 });
      const after = await open(config);
      expect(after.details.at(-1)).toContain("session resumed");
      const seen: string[][] = [[], []];
      for (const texts of seen)
        await after.client.subscribe("x/#", { qos: 1 }, async ({ payload }) => void texts.push(payload.toString()));
      await sender.publishAsync("x/y", "new", { qos: 1 });
      await until("everything arrived", () => seen.every((texts) => texts.at(-1) === "new"));
      const all = [...Array.from({ length: 250 }, (_, number) => `${number}`), "new"];
      expect(seen).toEqual([all, all]);
    },
  );

  test("overlapping filters give each node every message once", async () => {
    const { url } = await broker();
    const { client } = await open({ url });
    const seen: string[] = [];
    const note = (name: string) => async (message: MqttMessage) => void seen.push(`${name} ${message.payload}`);
    await client.subscribe("plant/#", { qos: 1 }, note("all"));
    await client.subscribe("plant/+/t", { qos: 1 }, note("t"));
    await client.subscribe("plant/+/t", { qos: 0 }, note("t too"));
    const sender = await publisher(url);
    await sender.publishAsync("plant/b/t", "1", { qos: 1 });
    await sender.publishAsync("plant/b/t", "end", { qos: 1 });
    await until("both arrived", () => seen.filter((line) => line.endsWith("end")).length === 3);
    expect(seen.filter((line) => line.endsWith("1")).sort()).toEqual(["all 1", "t 1", "t too 1"]);
  });

  test("a closed subscription gets nothing more, the others go on", async () => {
    const started = await broker();
    const { client } = await open({ url: started.url, clientId: "gw" });
    const seen: string[] = [];
    const one = await client.subscribe("x", { qos: 0 }, async () => void seen.push("one"));
    const two = await client.subscribe("x", { qos: 0 }, async () => void seen.push("two"));
    await one.close();
    await client.publish("x", "1", { qos: 0 });
    await until("the message arrives", () => seen.length > 0);
    expect(seen).toEqual(["two"]);
    await two.close();
    expect(started.output()).toContain("Received UNSUBSCRIBE from gw");
  });

  test("reading stops while too much is in flight, and that is not taken for a dead connection", async () => {
    const started = await broker();
    const { client, lost } = await open({ url: started.url, clientId: "gw", maxInFlight: 2, keepalive: "1s" });
    const { handler, waiting, at } = gate();
    await client.subscribe("x", { qos: 0 }, handler);
    const sender = await publisher(started.url);
    for (let number = 0; number < 20; number++) await sender.publishAsync("x", `${number}`);
    await until("two are being handled", () => waiting.length === 2);
    const pings = () => count(started.output(), "Received PINGREQ from gw");
    await until("the connection outlives its keep-alive time", () => pings() >= 3);
    expect(waiting.length).toBe(2);
    expect(lost).toEqual([]);
    for (let number = 0; number < 20; number++) {
      await until(`message ${number} is being handled`, () => waiting.length > number);
      at(number).done();
    }
  });

  test("a last will is published when the gateway vanishes, and not when it says goodbye", async () => {
    const { url } = await broker();
    const wills: string[] = [];
    const watcher = await publisher(url);
    watcher.on("message", (topic, payload) => wills.push(`${topic} ${payload}`));
    await watcher.subscribeAsync("status/#");
    const polite = await open({ url, will: { topic: "status/polite" } });
    await polite.close();
    await open({ url, clientId: "thrown-out", will: { topic: "status/rude", payload: "gone", retain: false } });
    await publisher(url, { clientId: "thrown-out" });
    await until("the will is published", () => wills.length > 0);
    expect(wills).toEqual(["status/rude gone"]);
  });

  test("publishing: retained, with the properties of MQTT 5; a bad topic is refused for this message only", async () => {
    const { url } = await broker();
    const { client, lost } = await open({ url });
    await client.publish("kept", "on", { qos: 1, retain: true, contentType: "text/plain", userProperties: { a: "b" } });
    const messages: MqttMessage[] = [];
    await client.subscribe("kept", { qos: 1 }, async (message) => void messages.push(message));
    await until("the retained message arrives", () => messages.length === 1);
    expect(messages[0]).toMatchObject({ retain: true, contentType: "text/plain", userProperties: { a: "b" } });
    await expect(client.publish("a/+", "1", { qos: 1 })).rejects.toMatchObject({
      name: "MessageError",
      type: "bad_topic",
    });
    expect(lost).toEqual([]);
  });

  test.skipIf(openssl === undefined)(
    "TLS: an unknown certificate is refused in words, a CA makes it known",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "tls-"));
      ends.push(() => rm(folder, { recursive: true, force: true }));
      const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
      const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
      const name = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"];
      execFileSync(openssl ?? "", ["req", "-x509", ...curve, ...name, "-keyout", key, "-out", cert], {
        stdio: "ignore",
      });
      const { port, url } = await broker({ lines: [`certfile ${cert}`, `keyfile ${key}`] });
      const address = `mqtts://127.0.0.1:${port}`;
      await expect(open({ url: address })).rejects.toThrow("paste the CA certificate under TLS");
      await expect(open({ url, connectTimeout: "2s" })).rejects.toThrow(/without TLS|broke off|closed the connection/);
      await open({ url: address, tls: { ca: await readFile(cert, "utf8") } });
      await open({ url: address, tls: { rejectUnauthorized: false } });
    },
  );

  test("it works through WebSocket", async () => {
    const { port } = await broker();
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, path: "/mqtt", handleProtocols: () => "mqtt" });
    await once(server, "listening");
    ends.push(async () => server.close());
    server.on("connection", (socket) => {
      const [web, tcp] = [createWebSocketStream(socket), connect(port, "127.0.0.1")];
      pipeline(web, tcp, web).catch(() => undefined);
    });
    const { client } = await open({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt` });
    const seen: string[] = [];
    await client.subscribe("x", { qos: 1 }, async ({ payload }) => void seen.push(payload.toString()));
    await client.publish("x", "through", { qos: 1 });
    await until("the message arrives", () => seen.length > 0);
  });
});
