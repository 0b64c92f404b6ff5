import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { nkeys } from "@nats-io/transport-node";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort, until } from "../../test/peers/program.ts";
import { type BusStatus, PayloadTooLargeError } from "./bus.ts";
import { BusConnectError } from "./connect-options.ts";
import { encodeHeaders } from "./headers.ts";
import { foreignServer, freeze, recordingLog, testBus, testFolder, testServer } from "./testing.ts";

const bytes = (text: string) => Buffer.from(text);
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe("messages", () => {
  test("R001 what is published comes in order, byte for byte, with its headers", async () => {
    const bus = await testBus(await testServer());
    const seen: [subject: string, data: string, kind: string | undefined][] = [];
    const subscription = bus.subscribe("iot.processed.>", (message) =>
      seen.push([message.subject, Buffer.from(message.data).toString(), message.header("Iot-Kind")]),
    );
    bus.publish("iot.processed.d1.t", bytes("é 1"), encodeHeaders({ "Iot-Kind": "point" }));
    bus.publish("iot.processed.d1.t", bytes(""));
    bus.publish("iot.rules.r1", bytes("elsewhere"));
    await bus.flush(10_000);
    expect(seen).toEqual([
      ["iot.processed.d1.t", "é 1", "point"],
      ["iot.processed.d1.t", "", undefined],
    ]);
    expect(subscription.received()).toBe(2);
  });

  test("R136 of subscriptions with the same queue name one gets each message", async () => {
    const server = await testServer();
    const buses = [await testBus(server), await testBus(server)] as const;
    const seen: string[] = [];
    for (const bus of buses) bus.subscribe("t", ({ data }) => seen.push(data.toString()), { queue: "workers" });
    await Promise.all(buses.map((bus) => bus.flush(10_000)));
    for (const number of numbers(100)) buses[0].publish("t", bytes(number));
    await until("all are there", () => seen.length >= 100);
    await Promise.all(buses.map((bus) => bus.flush(10_000)));
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(numbers(100).map(Number));
  });

  test("R111 a handler that throws is reported, and the next message still comes", async () => {
    const log = recordingLog();
    const bus = await testBus(await testServer(), { log });
    const seen: string[] = [];
    bus.subscribe("t", ({ data }) => {
      if (data.toString() === "bad") throw new Error("a defect");
      seen.push(data.toString());
    });
    for (const text of ["1", "bad", "2"]) bus.publish("t", bytes(text));
    await bus.flush(10_000);
    expect(seen).toEqual(["1", "2"]);
    expect(log.lines).toContain('error: a handler of messages failed err=a defect subject="t"');
  });

  test("R144 what is larger than the server takes is refused before it is sent, headers counted", async () => {
    const server = await foreignServer({ max_payload: 1000 });
    const bus = await testBus(server, { jetstream: false });
    const headers = encodeHeaders({ A: "1" });
    expect(bus.maxPayloadBytes()).toBe(1000);
    expect(() => bus.publish("t", Buffer.alloc(1001))).toThrow(PayloadTooLargeError);
    expect(() => bus.publish("t", Buffer.alloc(1000), headers)).toThrow(/has 10\d\d bytes.*takes 1000/);
    const seen: number[] = [];
    bus.subscribe("t", ({ data }) => seen.push(data.length));
    bus.publish("t", Buffer.alloc(1000));
    bus.publish("t", Buffer.alloc(1000 - headers.bytes.length), headers);
    await bus.flush(10_000);
    expect(seen).toEqual([1000, 1000 - headers.bytes.length]);
  });

  test("a drained subscription has handled what came before, and nothing comes after", async () => {
    const bus = await testBus(await testServer());
    const seen: string[] = [];
    const subscription = bus.subscribe("t", ({ data }) => seen.push(data.toString()));
    for (const number of numbers(1000)) bus.publish("t", bytes(number));
    await subscription.drain();
    expect(seen).toEqual(numbers(1000));
    bus.publish("t", bytes("late"));
    await bus.flush(10_000);
    expect(subscription.received()).toBe(1000);
    await subscription.drain();
  });

  test("drain hands over what has come, sends what was published, and closes", async () => {
    const server = await testServer();
    const [bus, other] = [await testBus(server), await testBus(server)];
    const seen: string[] = [];
    other.subscribe("out", ({ data }) => seen.push(data.toString()));
    await other.flush(10_000);
    bus.subscribe("in", ({ data }) => bus.publish("out", data));
    for (const number of numbers(1000)) bus.publish("in", bytes(number));
    await bus.drain();
    expect(bus.status()).toEqual({ state: "closed", detail: "closed by the gateway" });
    await until("all came out", () => seen.length === 1000);
    bus.publish("in", bytes("late"));
    expect(bus.droppedWhileDisconnected()).toBe(1);
    await bus.drain();
  });

  test("R109 flush fails in the time it was given when the server hangs", async () => {
    const server = await foreignServer();
    const bus = await testBus(server, { jetstream: false, timeoutMs: 500 });
    await bus.flush(10_000);
    await freeze(server);
    bus.publish("t", bytes("1"));
    await expect(bus.flush(200)).rejects.toThrow("not confirmed what was published within 200 ms");
    await bus.drain();
    process.kill(server.run.pid ?? 0, "SIGCONT");
  });

  test("R093 a subscription that the server refuses is told so", async () => {
    const users = [{ user: "gw", password: "pw", permissions: { subscribe: { deny: "secret.>" } } }];
    const server = await foreignServer({ authorization: { users } });
    const log = recordingLog();
    const bus = await testBus(server, { jetstream: false, user: "gw", password: "pw", log });
    const errors: Error[] = [];
    bus.subscribe("secret.plans", () => {}, { onError: (error) => errors.push(error) });
    await bus.flush(10_000);
    expect(errors.map(String)).toEqual([expect.stringContaining("Permissions Violation")]);
    expect(log.lines.join()).toContain("error: the NATS server refuses the subscription to secret.plans");
    expect(bus.status().state).toBe("connected");
  });
});

describe("the connection", () => {
  test("R082 R084 R118 it is connected while the server runs, and says so at every change", async () => {
    const server = await foreignServer();
    const bus = await testBus(server, { jetstream: false });
    const states: BusStatus[] = [];
    bus.onStatus((status) => states.push(status));
    expect(bus.status()).toEqual({
      state: "connected",
      server: server.url.slice("nats://".length),
      version: expect.stringMatching(/^2\.\d+/),
    });
    const seen: string[] = [];
    bus.subscribe("t", ({ data }) => seen.push(data.toString()));
    await server.run.end(1_000);
    await until("it is disconnected", () => bus.status().state === "disconnected");
    expect(bus.status()).toMatchObject({ detail: expect.stringMatching(/is lost.*Trying again/) });
    await server.restart();
    await until("it is back", () => bus.status().state === "connected");
    bus.publish("t", bytes("after"));
    await bus.flush(10_000);
    expect(seen).toEqual(["after"]);
    expect(states.map(({ state }) => state)).toEqual(["connected", "disconnected", "connected"]);
  });

  test("what is published while disconnected is counted as dropped, and not sent later", async () => {
    const server = await foreignServer();
    const bus = await testBus(server, { jetstream: false });
    const seen: string[] = [];
    bus.subscribe("t", ({ data }) => seen.push(data.toString()));
    await server.run.end(1_000);
    await until("it is disconnected", () => bus.status().state === "disconnected");
    for (const number of numbers(10)) bus.publish("t", bytes(number));
    expect(bus.droppedWhileDisconnected()).toBe(10);
    await expect(bus.flush(1_000)).rejects.toThrow("no connection");
    await server.restart();
    await until("it is back", () => bus.status().state === "connected");
    bus.publish("t", bytes("after"));
    await bus.flush(10_000);
    expect(seen).toEqual(["after"]);
  });

  test("R130 with -1 it goes on trying, however often it fails", async () => {
    const server = await foreignServer();
    const bus = await testBus(server, { jetstream: false, reconnectWaitMs: 5 });
    await server.run.end(1_000);
    let attempts = 0;
    const refusing = await listen(Number(new URL(server.url).port), (peer) => peer.once("connection", () => {}));
    refusing.on("connection", (socket) => {
      attempts++;
      socket.destroy();
    });
    await until("it has tried many times", () => attempts > 30);
    await new Promise((resolve) => refusing.close(resolve));
    await server.restart();
    await until("it is back", () => bus.status().state === "connected");
  });

  test("R131 between two attempts there is the pause of the settings", async () => {
    const server = await foreignServer();
    const bus = await testBus(server, { jetstream: false, reconnectWaitMs: 150 });
    await server.run.end(1_000);
    const attemptsMs: number[] = [];
    const refusing = await listen(Number(new URL(server.url).port));
    refusing.on("connection", (socket) => {
      attemptsMs.push(performance.now());
      socket.destroy();
    });
    await until("it has tried some times", () => attemptsMs.length > 3);
    const pauses = attemptsMs.slice(1).map((atMs, index) => atMs - (attemptsMs[index] ?? 0));
    // An attempt begins a little before the other side sees it.
    for (const pause of pauses) expect(pause).toBeGreaterThan(130);
    await bus.drain();
  });

  test("with a limit it gives up, says so, and what is published is dropped", async () => {
    const server = await foreignServer();
    const bus = await testBus(server, { jetstream: false, reconnectWaitMs: 5, maxReconnect: 2 });
    await server.run.end(1_000);
    await until("it is closed", () => bus.status().state === "closed");
    expect(bus.status()).toMatchObject({ detail: expect.stringContaining("Nothing listens at") });
    bus.publish("t", bytes("1"));
    expect(bus.droppedWhileDisconnected()).toBe(1);
  });

  test("R085 when nothing listens at the address, connecting fails at once with the reason", async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    const connecting = testBus({ url });
    await expect(connecting).rejects.toThrow(BusConnectError);
    await expect(connecting).rejects.toThrow(/Nothing listens at 127\.0\.0\.1:\d+\. Start the NATS server/);
  });

  test("R132 an address that takes connections and says nothing is given up after the timeout", async () => {
    const silent = await listen(0);
    const connecting = testBus({ url: urlOf(silent) }, { timeoutMs: 200 });
    await expect(connecting).rejects.toThrow(/No NATS server answers at 127\.0\.0\.1:\d+ within 200 ms/);
  });

  test("something that is not NATS is named as unusable", async () => {
    const web = await listen(0);
    web.on("connection", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await expect(testBus({ url: urlOf(web) })).rejects.toThrow(/The NATS server at 127\.0\.0\.1:\d+ cannot be used/);
  });

  test("R117 allowed to wait, it starts disconnected, and subscribes and publishes when the server is there", async () => {
    const port = await freePort();
    const bus = await testBus({ url: `nats://127.0.0.1:${port}` }, { waitOnFirstConnect: true });
    expect(bus.status()).toEqual({ state: "disconnected", detail: expect.stringContaining("Nothing listens at") });
    const seen: string[] = [];
    bus.subscribe("t", ({ data }) => seen.push(data.toString()));
    bus.publish("t", bytes("too early"));
    expect(bus.droppedWhileDisconnected()).toBe(1);
    await foreignServer({ port });
    await until("it is connected", () => bus.status().state === "connected");
    bus.publish("t", bytes("1"));
    await bus.flush(10_000);
    expect(seen).toEqual(["1"]);
  });

  test("one that never got a connection can be drained", async () => {
    const bus = await testBus({ url: `nats://127.0.0.1:${await freePort()}` }, { waitOnFirstConnect: true });
    await bus.drain();
    expect(bus.status().state).toBe("closed");
  });

  test("R129 a list of servers is tried through, and host names are resolved", async () => {
    const server = await foreignServer();
    const port = new URL(server.url).port;
    const bus = await testBus(server, {
      jetstream: false,
      servers: [`nats://127.0.0.1:${await freePort()}`, `localhost:${port}`],
    });
    expect(bus.status().state).toBe("connected");
  });
});

describe("who one is", () => {
  test("user and password, and what is said when they are wrong", async () => {
    const server = await foreignServer({ authorization: { user: "gw", password: "right" } });
    await testBus(server, { jetstream: false, user: "gw", password: "right" });
    await testBus({ url: server.url.replace("//", "//gw:right@") }, { jetstream: false });
    await expect(testBus(server, { user: "gw", password: "wrong" })).rejects.toThrow(/refuses the credentials/);
  });

  test("a token", async () => {
    const server = await foreignServer({ authorization: { token: "s3cret" } });
    await testBus(server, { jetstream: false, token: "s3cret" });
  });

  test("an nkey", async () => {
    const pair = nkeys.createUser();
    const nkeyFile = join(testFolder(), "gateway.nk");
    writeFileSync(nkeyFile, `${Buffer.from(pair.getSeed()).toString()}\n`);
    const server = await foreignServer({ authorization: { users: [{ nkey: pair.getPublicKey() }] } });
    await testBus(server, { jetstream: false, nkeyFile });
  });

  const openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/opt/homebrew/bin/openssl"].find(existsSync);
  test.runIf(openssl)("TLS, with an authority and a certificate of one's own", async () => {
    const folder = testFolder();
    const file = (name: string) => join(folder, name);
    const run = (...args: string[]) => execFileSync(openssl ?? "", args, { stdio: "pipe" });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const both = (name: string) => ["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)];
    run("req", "-x509", ...key, ...both("ca"), "-subj", "/CN=test authority", "-days", "2");
    const signed = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-days", "2"];
    run(
      "req",
      "-x509",
      ...key,
      ...both("server"),
      "-subj",
      "/CN=s",
      ...signed,
      "-addext",
      "subjectAltName=IP:127.0.0.1",
    );
    run("req", "-x509", ...key, ...both("gateway"), "-subj", "/CN=gateway", ...signed);
    const server = await foreignServer({
      host: "0.0.0.0",
      tls: { cert_file: file("server.pem"), key_file: file("server.key"), ca_file: file("ca.pem"), verify: true },
    });
    const tls = { caFile: file("ca.pem"), certFile: file("gateway.pem"), keyFile: file("gateway.key") };
    const bus = await testBus(server, { jetstream: false, tls });
    await bus.flush(10_000);
    await expect(testBus(server, { tls: { ...tls, caFile: undefined } })).rejects.toThrow("cannot be used");
    const elsewhere = { url: server.url.replace("127.0.0.1", "127.0.0.2") };
    await expect(testBus(elsewhere, { tls })).rejects.toThrow("does not match certificate");
  });

  test("tls:// is not content with a server without TLS", async () => {
    const server = await foreignServer();
    await expect(testBus({ url: server.url.replace("nats:", "tls:") })).rejects.toThrow("does not support 'tls'");
  });
});

/** A server of something else; connections to it end with the test. */
async function listen(port: number, prepare: (server: Server) => void = () => {}): Promise<Server> {
  const server = createServer();
  prepare(server);
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    onTestFinished(() => {
      socket.destroy();
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  return `nats://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
