import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jetstreamManager } from "@nats-io/jetstream";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GuardedGateway, startGuardedGateway } from "./attacks/attacker.ts";
import { busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { startProgram, until } from "./peers/program.ts";

const main = fileURLToPath(new URL("../dist/server/main.js", import.meta.url));

const line = flow("line", {
  delivery: "durable",
  connections: [
    {
      id: "broker",
      type: "mqtt",
      config: { url: "mqtt://127.0.0.1:9", username: "gateway", password: { $secret: "broker-password" } },
    },
  ],
  nodes: [
    { id: "all", type: "rule.filter", config: { mode: "expression", expression: "value == value" } },
    {
      id: "clock",
      type: "adapter.mock",
      config: { devices: [{ deviceId: "d1" }], signals: [{ key: "t" }], interval: "20ms" },
    },
    { id: "out", type: "sink.mqtt", config: { connection: "broker", topic: "out" } },
  ],
  wires: [
    { from: "all", to: "out" },
    { from: "clock", to: "all" },
  ],
});

describe("a backup", () => {
  let folder: string;
  let gateway: GuardedGateway;
  let archive: string;
  let session: string;
  let key: string;
  let storedBefore: number;

  async function sluice(...args: string[]) {
    const program = startProgram(process.execPath, [main, ...args]);
    const exitCode = await new Promise<number | null>((resolve) => program.child.once("close", resolve));
    return { exitCode, output: program.output() };
  }
  const foldersIn = (place: string) => [
    ...["--set", `data_dir=${join(place, "data")}`],
    ...["--set", `flows_dir=${join(place, "flows")}`],
  ];
  const restore = (from: string, to: string, ...args: string[]) => sluice("restore", from, ...foldersIn(to), ...args);
  const storedIn = async (url: string) => {
    const client = await busClient(url);
    const { state } = await (await jetstreamManager(client.connection)).streams.info("IOT_DATA");
    await client.close();
    return state;
  };

  const readersIn = async (url: string) => {
    const client = await busClient(url);
    const readers: object[] = [];
    for await (const { name, created } of (await jetstreamManager(client.connection)).consumers.list("IOT_DATA"))
      if (name.includes("line")) readers.push({ name, created });
    await client.close();
    expect(readers.length).toBe(1);
    return readers;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-backup-"));
    gateway = await startGuardedGateway({ keep: true });
    session = gateway.browser["cookie"] ?? "";
    const put = (path: string, body: object) =>
      gateway.call("PUT", path, body, { ...gateway.browser, "if-match": '"0"' });
    expect((await put("/api/secrets/broker-password", { value: "S3cr3t-canary" })).status).toBe(200);
    expect((await put("/api/flows/line", line)).status).toBe(200);
    storedBefore = await until("messages are stored", async () => {
      const { messages } = await storedIn(gateway.natsUrl);
      return messages > 200 && messages;
    });
    archive = join(folder, "gateway.tar.gz");
    const token = gateway.as("admin")["authorization"]?.split(" ")[1] ?? "";
    const made = await sluice("backup", archive, "--url", gateway.url, "--token", token);
    expect(made).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/2 flow\(s\), the database, \d+ stream\(s\) with \d+/),
    });
    key = join(folder, "secrets.key");
    await cp(join(gateway.folder, "data", "secrets.key"), key);
  });
  afterAll(async () => {
    await gateway.stop();
    await rm(gateway.folder, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  test("is made while the gateway works, which goes on and keeps nothing of it", async () => {
    expect((await gateway.get<"GET /api/health">("/api/health")).runtime.flows).toBe(2);
    await until("more is stored", async () => (await storedIn(gateway.natsUrl)).messages > storedBefore);
    expect((await readdir(join(gateway.folder, "data"))).filter((name) => name.startsWith("backup-"))).toEqual([]);
    const trail = (await gateway.call("GET", "/api/audit?text=backup", undefined, gateway.as("admin"))).body;
    expect(trail).toMatchObject([{ action: "POST /api/backup", outcome: "ok", actor: "admin (token of kim)" }]);
    for (const visitor of ["anyone", "viewer", "operator", "editor"] as const)
      expect((await gateway.call("POST", "/api/backup", undefined, gateway.as(visitor))).status).toBeGreaterThan(400);
  });

  test("S25 makes a new machine run the same flows, for the same people, with the same messages", async () => {
    const place = join(folder, "new");
    expect(await restore(archive, place, "--key", key)).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining("2 flow(s)"),
    });
    const restored = await startGateway({ folder: place, settings: { "server.accounts": "required" } });
    try {
      const headers = gateway.as("editor");
      const flowOf = async ({ call }: Gateway) => (await call("GET", "/api/flows/line", undefined, headers)).body;
      expect(await flowOf(restored)).toEqual(await flowOf(gateway));
      expect((await flowOf(restored)).problems).toEqual([]);
      expect((await restored.call("GET", "/api/plan", undefined, headers)).body).toEqual(
        (await gateway.call("GET", "/api/plan", undefined, headers)).body,
      );
      const state = await storedIn(restored.natsUrl);
      expect(state.first_seq).toBe(1);
      expect(state.messages).toBeGreaterThanOrEqual(storedBefore);
      await until("it works", async () => (await storedIn(restored.natsUrl)).messages > state.messages + 50);
      const signedIn = await restored.call("POST", "/api/session", {
        name: "kim",
        password: "correct horse battery staple",
      });
      expect(signedIn.status).toBe(200);
      expect((await restored.call("GET", "/api/flows", undefined, { cookie: session })).status).toBe(401);
      const check = (await restored.call("GET", "/api/audit/check", undefined, gateway.as("admin"))).body;
      expect(check).toMatchObject({ brokenAt: null });
      // The reader of the sink is the one from before, with its place, and not another of the same name.
      expect(await readersIn(restored.natsUrl)).toEqual(await readersIn(gateway.natsUrl));
    } finally {
      await restored.stop();
    }
  });

  test("without the key restores everything but the values of secrets, and says so", async () => {
    const place = join(folder, "keyless");
    const { exitCode, output } = await restore(archive, place);
    expect(exitCode).toBe(0);
    expect(output).toContain("1 secret(s) cannot be opened without their key");
    expect(await readdir(join(place, "data"))).not.toContain("secrets.key");
  });

  test("holds neither the key nor a secret in clear", async () => {
    const unpacked = join(folder, "unpacked");
    await mkdir(unpacked);
    const { extract } = await import("tar");
    await extract({ file: archive, cwd: unpacked });
    const text = await readFile(key, "utf8");
    for (const entry of await readdir(unpacked, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name));
      for (const secret of ["S3cr3t-canary", text.trim()]) expect(bytes.includes(secret), entry.name).toBe(false);
    }
  });

  describe("is refused, with nothing left behind,", () => {
    const place = () => join(folder, "refused");
    const refused = async (from: string, words: RegExp, ...args: string[]) => {
      const { exitCode, output } = await restore(from, place(), ...args);
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(words) });
      expect(await readdir(join(place(), "data"))).toEqual([]);
    };
    const altered = async (name: string, change: (bytes: Buffer) => Buffer) => {
      const path = join(folder, name);
      await writeFile(path, change(await readFile(archive)));
      return path;
    };

    test("when a byte of it changed", async () => {
      for (const part of [0.3, 0.8])
        await refused(
          await altered("flipped.tar.gz", (bytes) => {
            const at = Math.floor(bytes.length * part);
            bytes[at] = (bytes[at] ?? 0) ^ 0x10;
            return bytes;
          }),
          /^nothing was restored: .*(?:is damaged|is incomplete|is not a backup)/,
        );
    });
    test("when its end is missing", async () => {
      const cut = await altered("cut.tar.gz", (bytes) => bytes.subarray(0, bytes.length - 2_000));
      await refused(cut, /is damaged|is incomplete/);
    });
    test("when it is something else", async () => {
      await refused(join(folder, "absent.tar.gz"), /there is no file/);
      await refused(
        await altered("text.tar.gz", () => Buffer.from("hello")),
        /is damaged, or no backup at all|is not a backup/,
      );
      await refused(await altered("empty.tar.gz", () => Buffer.alloc(0)), /is damaged|is not a backup/);
      const other = join(folder, "other");
      await mkdir(other);
      await writeFile(join(other, "manifest.json"), '{"product":"sluice","format":99,"version":"9.9.9"}');
      await create({ file: join(folder, "newer.tar.gz"), cwd: other, gzip: true }, ["manifest.json"]);
      await refused(join(folder, "newer.tar.gz"), /made by a newer version of the gateway, 9\.9\.9/);
      await writeFile(join(other, "manifest.json"), '{"name":"theirs"}');
      await create({ file: join(folder, "theirs.tar.gz"), cwd: other, gzip: true }, ["manifest.json"]);
      await refused(join(folder, "theirs.tar.gz"), /is not a backup of this product/);
      await create({ file: join(folder, "outside.tar.gz"), cwd: other, gzip: true, preservePaths: true }, [
        "manifest.json",
        "../secrets.key",
      ]);
      await refused(join(folder, "outside.tar.gz"), /is not a backup of this product: it holds "\.\.\/secrets\.key"/);
    });
    test("with a key that is not its own", async () => {
      const wrong = join(folder, "wrong.key");
      await writeFile(wrong, `${Buffer.alloc(32, 7).toString("base64url")}\n`);
      await refused(archive, /is not the one that the secrets of this backup are sealed with/, "--key", wrong);
    });
    test("in folders that are in use", async () => {
      const { exitCode, output } = await restore(archive, gateway.folder);
      expect(exitCode).toBe(1);
      expect(output).toMatch(/data is in use: it holds .*sluice\.db/);
      await mkdir(join(place(), "flows"), { recursive: true });
      await writeFile(join(place(), "flows", "other.flow.json"), "{}");
      await refused(archive, /other\.flow\.json is not of this backup and would run beside its flows/);
    });
  });

  test("is made of a gateway that is stopped as well, and by whoever may read its folders only", async () => {
    const stopped = join(folder, "stopped.tar.gz");
    const running = await sluice(
      "backup",
      stopped,
      ...foldersIn(gateway.folder),
      "--set",
      `server.port=${gateway.port}`,
    );
    expect(running).toMatchObject({ exitCode: 1, output: expect.stringContaining("set SLUICE_TOKEN") });
    await gateway.stop();
    expect(await sluice("backup", stopped, ...foldersIn(gateway.folder))).toMatchObject({ exitCode: 0 });
    expect(await restore(stopped, join(folder, "from-stopped"), "--key", key)).toMatchObject({ exitCode: 0 });
    expect(await sluice("backup", stopped, ...foldersIn(join(folder, "nowhere")))).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining("holds no data of a gateway"),
    });
  });
});
