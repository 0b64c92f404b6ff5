import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BusConnectError, type BusOptions, connectOptions, connectProblem } from "./connect-options.ts";
import { recordingLog, testFolder } from "./testing.ts";

const options = (rest: Partial<BusOptions>): BusOptions => ({
  servers: "nats://127.0.0.1:4222",
  name: "test",
  jetstream: true,
  log: recordingLog(),
  ...rest,
});

test("R129 addresses are a host and port each, with or without scheme, one or several", () => {
  expect(connectOptions(options({ servers: "nats://nats-cluster:4222/" })).servers).toEqual(["nats-cluster:4222"]);
  expect(connectOptions(options({ servers: ["a:1", "nats://[::1]:2", "c"] })).servers).toEqual(["a:1", "[::1]:2", "c"]);
});

test("user and password, or a token, may stand in the address; those of the settings go first", () => {
  expect(connectOptions(options({ servers: "nats://gw:p%40ss:x@h:4222" }))).toMatchObject({
    servers: ["h:4222"],
    user: "gw",
    pass: "p@ss:x",
  });
  expect(connectOptions(options({ servers: "nats://s3cret@h:4222" }))).toMatchObject({ token: "s3cret" });
  expect(connectOptions(options({ servers: "nats://gw:old@h", user: "me", password: "new" }))).toMatchObject({
    user: "me",
    pass: "new",
  });
});

test("tls:// means TLS or nothing; without it, and without TLS settings, the server decides", () => {
  expect(connectOptions(options({ servers: "tls://h:4222" })).tls).toBeDefined();
  expect(connectOptions(options({ tls: {} })).tls).toBeDefined();
  expect(connectOptions(options({}))).not.toHaveProperty("tls");
  const ca = join(testFolder(), "ca.pem");
  writeFileSync(ca, "PEM");
  expect(connectOptions(options({ tls: { caFile: ca, handshakeFirst: true } })).tls).toMatchObject({
    ca: "PEM",
    handshakeFirst: true,
  });
});

test("R130 R131 R132 by default it reconnects for ever, every 2 s and a little, and gives an attempt 5 s", () => {
  expect(connectOptions(options({}))).toMatchObject({
    maxReconnectAttempts: -1,
    reconnectTimeWait: 2_000,
    reconnectJitter: 500,
    timeout: 5_000,
    ignoreAuthErrorAbort: true,
  });
});

test("a file of credentials that cannot be read is an error with the setting and the path", () => {
  const missing = join(testFolder(), "none");
  expect(() => connectOptions(options({ credsFile: missing }))).toThrow(BusConnectError);
  expect(() => connectOptions(options({ credsFile: missing }))).toThrow(/nats_options\.creds cannot be read.*none/);
  expect(() => connectOptions(options({ nkeyFile: missing }))).toThrow("nats_options.nkey");
  expect(() => connectOptions(options({ tls: { keyFile: missing } }))).toThrow("nats_options.tls.key");
});

test("R085 every way to fail says what to look at", () => {
  const problem = (name: string, message: string, code?: string) =>
    connectProblem(Object.assign(new Error(message), { name, code }), ["plc-net:4222"], 5_000);
  expect(problem("ConnectionError", "connection refused")).toMatch(
    /Nothing listens at plc-net:4222.*gateway\.nats_url/,
  );
  expect(problem("TimeoutError", "timeout")).toMatch(/No NATS server answers at plc-net:4222 within 5000 ms/);
  expect(problem("Error", "getaddrinfo ENOTFOUND plc-net", "ENOTFOUND")).toMatch(/name in plc-net:4222 is not known/);
  expect(problem("AuthorizationError", "'Authorization Violation'")).toMatch(/refuses the credentials.*nats_options/);
  expect(problem("ConnectionError", "server does not support 'tls'")).toMatch("server does not support 'tls'");
});
