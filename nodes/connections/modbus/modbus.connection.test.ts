import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { hasLibmodbus, misbehaviour, startLibmodbus } from "../../../test/peers/libmodbus.ts";
import { freePort, until } from "../../../test/peers/program.ts";
import { hasPymodbus, startPymodbus } from "../../../test/peers/pymodbus.ts";
import { hasSocat, startSerialLine } from "../../../test/peers/serial-line.ts";
import { systemClock } from "../../contract/clock.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { ModbusClient } from "./client.ts";
import modbus from "./modbus.connection.ts";
import { readRequest } from "./pdu.ts";
import { registersPdu, rtuFrame, tcpFrame } from "./testing.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(config: object, signal = new AbortController().signal) {
  const lost: Error[] = [];
  const { client, close } = await modbus.open(modbus.config.parse({ host: "127.0.0.1", ...config }), {
    clock: systemClock,
    signal,
    status: () => undefined,
    lost: (error) => lost.push(error),
  });
  ends.push(close);
  return { client: client as ModbusClient, lost, close };
}

/** A TCP device that does with each chunk it gets what the test says. */
async function device(onData: (socket: Socket, data: Buffer) => void, port = 0) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => onData(socket, data));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  ends.push(stop);
  return { port: (server.address() as AddressInfo).port, sockets, stop };
}

const read = (client: ModbusClient, address = 0, count = 1) =>
  client.request(1, readRequest("holding", address, count), client);
const transactionOf = (data: Buffer) => data.readUInt16BE(0);

describe("what cannot be reached is a connection error that says what to do", () => {
  test.each([
    [{ port: 1 }, /nothing listens at 127\.0\.0\.1:1/],
    [{ host: "no.such.host.invalid", port: 502 }, /the name in no\.such\.host\.invalid:502/],
    [{ transport: "rtu", device: "/dev/no-such-port" }, /there is no serial port \/dev\/no-such-port/],
  ])("%o", async (config, words) => {
    const failure = await open(config).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConnectionError);
    expect((failure as Error).message).toMatch(words);
  });
});

test("a device that closes the connection, or cuts it, ends all that is under way", async () => {
  for (const end of ["destroy", "resetAndDestroy"] as const) {
    const { port } = await device((socket) => void socket[end]());
    const { client, lost } = await open({ port });
    expect(await read(client)).toEqual({ kind: "closed" });
    await until("it is told", () => lost.length === 1);
    expect(lost[0]).toBeInstanceOf(ConnectionError);
    expect(client.isOpen()).toBe(false);
  }
});

test("a cut in the middle of a frame gives no value", async () => {
  const { port } = await device((socket, data) => {
    socket.write(tcpFrame(transactionOf(data), 1, registersPdu(7)).subarray(0, 9));
    setTimeout(() => socket.resetAndDestroy(), 20);
  });
  const { client } = await open({ port });
  expect(await read(client)).toEqual({ kind: "closed" });
});

test("half open: connected but silent is lost after three requests, whatever unit they are for", async () => {
  const { port } = await device(() => undefined);
  const { client, lost } = await open({ port, requestTimeout: "50ms", retries: 0 });
  for (let count = 0; count < 3; count++) expect((await read(client)).kind).toBe("timeout");
  await until("it is told", () => lost.length === 1);
  expect(lost[0]?.message).toContain("is connected but silent: no reply to the last 3 requests");
});

test("a wrong protocol id ends the connection and gives no value", async () => {
  const { port } = await device((socket, data) =>
    socket.write(tcpFrame(transactionOf(data), 1, registersPdu(7), { protocol: 1 })),
  );
  const { client, lost } = await open({ port });
  expect(await read(client)).toEqual({ kind: "closed" });
  expect(lost[0]?.message).toContain("protocol id 1");
});

test("max clients reached: a device that closes at once is a connection error in words", async () => {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  const outcome = await open({ port, pauseAfterConnect: "100ms" }).catch((error: Error) => error.message);
  expect(outcome).toContain(`127.0.0.1:${port}`);
});

test("giving up while connecting ends it at once", async () => {
  const abort = new AbortController();
  const opening = open({ host: "192.0.2.1", port: 502, connectTimeout: "1m" }, abort.signal).catch((error) => error);
  abort.abort();
  expect(await opening).toBeInstanceOf(ConnectionError);
});

test("no reconnect, stops after days: a thousand connections leave nothing behind", async () => {
  const { port } = await device((socket, data) => socket.write(tcpFrame(transactionOf(data), 1, registersPdu(7))));
  const cycle = async () => {
    const { client, close } = await open({ port });
    ends.pop();
    expect((await read(client)).kind).toBe("data");
    await close();
  };
  for (let count = 0; count < 50; count++) await cycle();
  const handles = process.getActiveResourcesInfo().length;
  for (let count = 0; count < 950; count++) await cycle();
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(handles + 20);
});

describe("RTU over TCP", () => {
  test("wrong value from late RTU reply: late and repeated replies are never another register's value", async () => {
    let asked = 0;
    const { port } = await device((socket, data) => {
      const reply = rtuFrame(1, registersPdu(data.readUInt16BE(2)));
      asked++;
      if (asked % 5 === 1) setTimeout(() => socket.write(reply), 80);
      else if (asked % 5 === 3) socket.write(Buffer.concat([reply, reply]));
      else socket.write(reply);
    });
    const { client } = await open({ transport: "rtu-over-tcp", port, requestTimeout: "50ms", retries: 0 });
    const kinds = new Map<string, number>();
    for (let address = 1; address <= 25; address++) {
      const outcome = await read(client, address);
      kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
      if (outcome.kind === "data") expect(outcome.bytes.readUInt16BE()).toBe(address);
    }
    expect(kinds.get("data")).toBeGreaterThanOrEqual(15);
  });

  test("a byte count that is not what was asked for is no value", async () => {
    const { port } = await device((socket) => socket.write(rtuFrame(1, registersPdu(7, 8))));
    const { client } = await open({ transport: "rtu-over-tcp", port, requestTimeout: "50ms", retries: 0 });
    expect((await read(client)).kind).toBe("garbled");
  });
});

describe.skipIf(!hasLibmodbus)("libmodbus' misbehaving test server", () => {
  const start = async (config: object = {}) => {
    const server = await startLibmodbus();
    ends.push(server.stop);
    return open({ port: server.port, retries: 0, ...config });
  };

  test("stuck after slow reply: server delays one reply beyond the timeout, and all that follow are right", async () => {
    const { client } = await start({ requestTimeout: "200ms" });
    expect((await read(client, misbehaviour.delay500Ms)).kind).toBe("timeout");
    // Until the delayed reply has been sent, the server answers nobody.
    await until("it answers again", async () => (await read(client, misbehaviour.none, 3)).kind === "data");
    expect(client.strays()).toBeGreaterThanOrEqual(1);
    for (let count = 0; count < 1_000; count++) {
      const length = 1 + (count % 3 === 1 ? 2 : count % 3);
      expect(await read(client, misbehaviour.none, length)).toEqual({ kind: "data", bytes: Buffer.alloc(2 * length) });
    }
  });

  test("a wrong transaction id is no reply", async () => {
    const { client } = await start({ requestTimeout: "200ms" });
    expect((await read(client, misbehaviour.wrongTransaction)).kind).toBe("timeout");
    expect((await read(client, misbehaviour.none)).kind).toBe("data");
  });

  test("busy is an exception, and bytes one by one are a reply", async () => {
    const { client } = await start({ requestTimeout: "5s" });
    expect(await read(client, misbehaviour.busy)).toEqual({ kind: "exception", code: 6 });
    // Its reply names unit 255.
    const outcome = await client.request(255, readRequest("holding", misbehaviour.bytePauses5Ms, 1), client);
    expect(outcome).toEqual({ kind: "data", bytes: Buffer.from([0, 0]) });
  });

  test("a reply of another length is no value", async () => {
    const { client } = await start();
    // It answers two registers with one.
    expect((await read(client, misbehaviour.none, 2)).kind).toBe("garbled");
  });
});

describe.skipIf(!hasPymodbus || !hasSocat)("RTU on a serial port", () => {
  test("registers are read, and pulling the adapter out is told", async () => {
    const slave = await startPymodbus(
      { 1: [{ area: "holding", address: 5, type: "float32", value: 1.5 }] },
      { framer: "rtu", port: await freePort() },
    );
    ends.push(slave.stop);
    const line = await startSerialLine(slave.port);
    ends.push(line.unplug);
    const { client, lost } = await open({ transport: "rtu", device: line.device, requestTimeout: "5s" });
    for (let count = 0; count < 5; count++) {
      const outcome = await read(client, 5, 2);
      expect(outcome).toEqual({ kind: "data", bytes: Buffer.from("3fc00000", "hex") });
    }
    expect(await read(client, 50)).toEqual({ kind: "exception", code: 2 });
    await line.unplug();
    await until("it is told", () => lost.length === 1);
    expect(lost[0]?.message).toContain(line.device);
  });
});
