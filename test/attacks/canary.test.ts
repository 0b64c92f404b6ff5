import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { CatalogDescription, JsonSchema } from "../../server/api/contract.ts";
import { type BusClient, busClient, flow, type Heard } from "../gateway.ts";
import { findProgram, freePort, startProgram, until } from "../peers/program.ts";
import { startWebServer, type WebServer } from "../peers/web-server.ts";
import { type GuardedGateway, startGuardedGateway } from "./attacker.ts";

const openssl = findProgram("openssl", "openssl");
const main = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));

/** Every place where a secret can be entered, and the secret that is entered there. */
const secrets = new Map<string, string>();
const nameOf = (place: string) => place.replace(/[^A-Za-z0-9]+/g, "-");
/** Stored under a name made of the place; what the flow has is the name. */
function secretFor(place: string) {
  secrets.set(place, `C4nary-${secrets.size}-x7Qv9`);
  return { $secret: nameOf(place) };
}

/** A client certificate. Text before a PEM block is passed over, so that a key can be a canary as well. */
const certificate = (() => {
  if (openssl === undefined) return undefined;
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const pem = execFileSync(openssl, ["req", "-x509", ...curve, "-subj", "/CN=gateway", "-keyout", "-", "-out", "-"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const block = (kind: string) =>
    new RegExp(`-----BEGIN ${kind}-----[^]*?-----END ${kind}-----\\n`).exec(pem)?.[0] ?? "";
  return { cert: block("CERTIFICATE"), key: block("PRIVATE KEY") };
})();

/** Places that only one node can show at a time need two nodes. */
function everySecret(web: string, closed: number) {
  const tls = (of: string) => ({
    cert: certificate?.cert,
    key: secretFor(`${of}.tls.key`),
  });
  const poll = (id: string, auth: object, more: object = {}) => ({
    id,
    type: "adapter.http",
    config: { url: `${web}/values`, interval: "1s", deviceId: "d", auth, ...more },
  });
  return flow("canary", {
    connections: [
      {
        id: "broker",
        type: "mqtt",
        config: {
          url: `mqtts://127.0.0.1:${closed}`,
          username: "u",
          password: secretFor("mqtt.password"),
          tls: tls("mqtt"),
        },
      },
      {
        id: "cluster",
        type: "nats",
        config: {
          servers: [`tls://127.0.0.1:${closed}`],
          username: "u",
          password: secretFor("nats.password"),
          tls: tls("nats"),
        },
      },
      {
        id: "cluster-2",
        type: "nats",
        config: {
          servers: [`nats://127.0.0.1:${closed}`],
          token: secretFor("nats.token"),
          credentials: secretFor("nats.credentials"),
        },
      },
      {
        id: "cache",
        type: "redis",
        config: {
          mode: "sentinel",
          master: "m",
          addresses: [`rediss://127.0.0.1:${closed}`],
          password: secretFor("redis.password"),
          sentinelPassword: secretFor("redis.sentinelPassword"),
          tls: tls("redis"),
        },
      },
    ],
    nodes: [
      {
        id: "a-clock",
        type: "adapter.mock",
        config: { devices: [{ deviceId: "d1" }], signals: [{ key: "t" }], interval: "200ms" },
      },
      poll("b-basic", { kind: "basic", username: "u", password: secretFor("adapter.http.auth.password") }),
      poll("b-bearer", { kind: "bearer", token: secretFor("adapter.http.auth.token") }),
      poll("b-oauth", {
        kind: "oauth2",
        tokenUrl: `${web}/token`,
        clientId: "c",
        clientSecret: secretFor("adapter.http.auth.clientSecret"),
      }),
      poll("b-tls", {}, { url: "https://127.0.0.1:9/", tls: tls("adapter.http") }),
      {
        id: "c-hook",
        type: "adapter.webhook",
        config: { path: "canary", auth: { kind: "token", token: secretFor("adapter.webhook.auth.token") } },
      },
      {
        id: "c-signed",
        type: "adapter.webhook",
        config: { path: "signed", auth: { kind: "hmac", secret: secretFor("adapter.webhook.auth.secret") } },
      },
      {
        id: "d-sidecar",
        type: "plugin.isp",
        config: {
          command: "no-such-program-here",
          env: [{ name: "API_TOKEN", value: secretFor("plugin.isp.env.value") }],
        },
      },
      { id: "e-all", type: "rule.filter", config: { mode: "expression", expression: "value == value" } },
      {
        id: "e-forward",
        type: "rule.forward",
        config: {
          targets: [{ to: "http", url: `${web}/sent`, authorization: secretFor("rule.forward.targets.authorization") }],
        },
      },
      {
        id: "f-influx-1",
        type: "sink.influxdb",
        config: { version: "1", url: web, database: "p", username: "u", password: secretFor("sink.influxdb.password") },
      },
      {
        id: "f-influx-2",
        type: "sink.influxdb",
        config: {
          version: "2",
          url: "https://127.0.0.1:9",
          org: "o",
          bucket: "b",
          token: secretFor("sink.influxdb.token"),
          tls: tls("sink.influxdb"),
        },
      },
      {
        id: "g-mail",
        type: "sink.email",
        config: {
          host: "127.0.0.1",
          port: closed,
          user: "u",
          password: secretFor("sink.email.password"),
          from: "gateway@plant.example",
          to: ["shift@plant.example"],
          tls: tls("sink.email"),
        },
      },
      { id: "g-mqtt", type: "sink.mqtt", config: { connection: "broker", topic: "t" } },
      { id: "g-redis", type: "sink.redis", config: { connection: "cache" } },
      { id: "g-stream", type: "sink.jetstream", config: { connection: "cluster", stream: "ARCHIVE" } },
      { id: "g-stream-2", type: "sink.jetstream", config: { connection: "cluster-2", stream: "ARCHIVE" } },
      { id: "g-ws", type: "sink.websocket", config: { path: "canary", token: secretFor("sink.websocket.token") } },
    ],
    wires: [
      { from: "a-clock", to: "e-all" },
      { from: "e-all", to: "e-forward" },
      ...["f-influx-1", "f-influx-2", "g-mail", "g-mqtt", "g-redis", "g-stream", "g-stream-2", "g-ws"].map((to) => ({
        from: "e-all",
        to,
      })),
    ],
  });
}

let gateway: GuardedGateway;
let web: WebServer;
let bus: BusClient;
let heard: Heard[];
let document: ReturnType<typeof everySecret>;
/** Everything that anybody got to see, by where. */
const seen = new Map<string, string>();

beforeAll(async () => {
  web = await startWebServer((_asked, response) => response.writeHead(401).end("who are you?"));
  gateway = await startGuardedGateway({ settings: { "log.level": "trace" } });
  bus = await busClient(gateway.natsUrl);
  heard = await bus.listen(">");
  document = everySecret(web.url, await freePort());
});
afterAll(async () => {
  await bus.close();
  await gateway.stop();
  await web.stop();
});

const asAdmin = () => gateway.as("admin");
async function see(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await gateway.call(method, path, body, { ...asAdmin(), ...headers });
  seen.set(`${method} ${path} ${seen.size}`, JSON.stringify(answer.body));
  return answer;
}

test.skipIf(openssl === undefined)("S12 the flow of this test has a secret in every place that takes one", async () => {
  const catalog = (await gateway.call("GET", "/api/catalog", undefined, asAdmin())).body as CatalogDescription;
  const places = [...catalog.nodes, ...catalog.connections].flatMap(({ type, config }) =>
    placesIn(config as JsonSchema, type),
  );
  expect(places.length).toBeGreaterThan(15);
  expect(new Set(places)).toEqual(new Set(secrets.keys()));
});

test.skipIf(openssl === undefined)(
  "S12 secrets are stored, replaced and removed, and refused in words that do not repeat them",
  async () => {
    for (const [place, value] of secrets) {
      const stored = place.endsWith(".tls.key") ? `${value}\n${certificate?.key}` : value;
      expect((await see("PUT", `/api/secrets/${nameOf(place)}`, { value: stored })).status).toBe(200);
    }
    const [value] = secrets.values();
    const refused = [
      await see("PUT", "/api/secrets/x", { value, more: 1 }),
      await see("PUT", "/api/secrets/x", { value: [value] }),
      await see("PUT", "/api/secrets/x", `{"value":"${value}"`),
      await see("PUT", "/api/secrets/ bad name", { value }),
      await see("POST", "/api/users", { name: "lee", password: value, role: "king" }),
      await see("POST", "/api/session", { name: "kim", password: value }),
      await see("POST", "/api/setup", { token: value, name: "kim", password: value }),
      await see("POST", "/api/check", { document: { format: 1, id: "x", secret: 1 } }),
    ];
    expect(refused.filter(({ status }) => status < 300).length).toBe(1);
  },
);

test.skipIf(openssl === undefined)(
  "S12 the product works with them: deploys, fails to connect, reports, is watched",
  async () => {
    const live = new WebSocket(`${gateway.url.replace("http", "ws")}/api/live`, { headers: asAdmin() });
    live.on("message", (data) => seen.set(`live ${seen.size}`, String(data)));
    await new Promise((resolve) => live.once("open", resolve));
    const nodes = (document as unknown as { nodes: { id: string }[] }).nodes.map(({ id }) => id);
    live.send(JSON.stringify({ type: "tap", taps: nodes.map((node) => ({ flow: "canary", node, port: "" })) }));
    live.send(JSON.stringify({ type: "subjects", isWatching: true }));
    const deployed = await see("PUT", "/api/flows/canary", document, { "if-match": '"0"' });
    expect(deployed, JSON.stringify(deployed.body)).toMatchObject({ status: 200 });
    for (const path of ["/hooks/canary", "/hooks/signed"])
      for (const authorization of ["Bearer wrong", ""]) {
        const answer = await gateway.call(
          "POST",
          path,
          { device_id: "d", value: 1 },
          authorization === "" ? {} : { authorization },
        );
        expect(answer.status).toBe(401);
        seen.set(`${path} ${authorization}`, JSON.stringify(answer.body));
      }
    await see("POST", "/api/probe", { document, node: "b-basic" });
    const failing = [
      "b-basic",
      "b-oauth",
      "b-tls",
      "d-sidecar",
      "f-influx-1",
      "f-influx-2",
      "g-mail",
      "g-mqtt",
      "g-redis",
      "g-stream",
      "g-stream-2",
    ];
    await until("everything that cannot connect says so", async () => {
      const { statuses } = (await see("GET", "/api/status")).body as {
        statuses: { node: string; state: string; detail: string }[];
      };
      return failing.every((node) =>
        statuses.some((status) => status.node === node && status.state !== "connected" && status.detail !== ""),
      );
    });
    await until("the secrets do reach whom they are for", () =>
      web.asked.some(({ headers }) => headers.authorization?.includes(secrets.get("adapter.http.auth.token") ?? "?")),
    );
    await until("errors are told on the bus", () => heard.some(({ subject }) => subject.startsWith("iot.errors.")));
    live.terminate();
  },
);

test.skipIf(openssl === undefined)(
  "S12 nothing that anybody can read holds one of them, nor a password, token or cookie",
  async () => {
    const { body } = await gateway.call("GET", "/api/openapi.json", undefined, asAdmin());
    for (const [path, methods] of Object.entries(body.paths as Record<string, object>))
      if ("get" in methods)
        await see(
          "GET",
          path.replace("{id}", "canary").replace("{revision}", "1").replace("{sequence}", "1").replace("{name}", "x"),
        );
    await see("GET", "/metrics");
    await see("GET", "/api/audit?limit=500");

    const archive = join(gateway.folder, "backup.tar.gz");
    const words = ["--url", gateway.url, "--token", asAdmin()["authorization"]?.split(" ")[1] ?? ""];
    const made = startProgram(process.execPath, [main, "backup", archive, ...words]);
    expect(await new Promise((resolve) => made.child.once("close", resolve))).toBe(0);
    seen.set("sluice backup", made.output());
    const unpacked = join(gateway.folder, "backup");
    await mkdir(unpacked);
    await extract({ file: archive, cwd: unpacked });
    await rm(archive);

    seen.set("the bus", heard.map(({ subject, text }) => `${subject} ${text}`).join("\n"));
    const folders = ["--set", `data_dir=${gateway.folder}/none`, "--set", `flows_dir=${join(gateway.folder, "flows")}`];
    const explained = startProgram(process.execPath, [main, "explain", "--json", ...folders]);
    await new Promise((resolve) => explained.child.once("close", resolve));
    seen.set("sluice explain", explained.output());
    // The link of the first user is printed for whoever starts the gateway, and is worth nothing once it was used.
    seen.set("the log", gateway.program.output());
    expect(seen.get("the log")).toMatch(/ (?:debug|trace) /);

    const hidden = new Map([...secrets, ["the password", "correct horse battery staple"]]);
    hidden.set("a cookie", gateway.browser["cookie"]?.split("=")[1] ?? "");
    hidden.set("a token", words.at(-1) ?? "");
    const found: string[] = [];
    const look = (where: string, content: Buffer) => {
      for (const [place, value] of hidden)
        for (const form of [
          value,
          Buffer.from(value).toString("base64"),
          Buffer.from(`u:${value}`).toString("base64"),
          encodeURIComponent(value),
        ])
          if (content.includes(form)) found.push(`${place} in ${where}`);
    };
    for (const [where, text] of seen) look(where, Buffer.from(text));
    for (const entry of await readdir(gateway.folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) look(join(entry.parentPath, entry.name), await readFile(join(entry.parentPath, entry.name)));
    expect(found).toEqual([]);
  },
);

/** `adapter.http.auth.password` for each field whose widget is that of a secret. */
function placesIn(schema: JsonSchema, path: string): string[] {
  const { widget, properties, items, anyOf, oneOf } = schema as Readonly<Record<string, unknown>>;
  if (widget === "secret") return [path];
  const inside = [items, ...((anyOf ?? oneOf ?? []) as unknown[])].flatMap((each) =>
    typeof each === "object" && each !== null ? placesIn(each as JsonSchema, path) : [],
  );
  const below = Object.entries((properties ?? {}) as Record<string, JsonSchema>).flatMap(([name, field]) =>
    placesIn(field, `${path}.${name}`),
  );
  return [...inside, ...below];
}
