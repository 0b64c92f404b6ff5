import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { canMount, until } from "./peers/program.ts";

/** On a disk of its own, in memory: the real one must not be filled. */
describe.runIf(canMount())("F7 F8 a disk that is full", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-full-"));
  const filler = join(folder, "filler");
  let gateway: Gateway;
  let bus: BusClient;

  beforeAll(async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256m", "tmpfs", folder]);
    gateway = await startGateway({ folder, keep: true, settings: { "gateway.jetstream.max_file": "128MB" } });
    bus = await busClient(gateway.natsUrl);
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
    execFileSync("umount", [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  const health = () => gateway.get<"GET /api/health">("/api/health");
  const rule = (id: string) => ({ id, type: "rule.filter", config: { mode: "expression", expression: "value > 0" } });

  test("is told within seconds, what was stored stays, a deploy is refused, and all goes on when there is room", async () => {
    expect(await gateway.deploy(flow("before", { nodes: [rule("any")] }))).toMatchObject({ status: 200 });
    const { jetstreamManager } = await import("@nats-io/jetstream");
    const stored = async ({ connection } = bus) =>
      (await (await jetstreamManager(connection)).streams.info("IOT_DATA", { subjects_filter: "iot.processed.disk.*" }))
        .state.subjects;
    for (let value = 1; value <= 20; value++)
      await bus.publish("iot.processed.disk.v", { device_id: "disk", key: "v", value });
    await until("all are stored", async () => (await stored())?.["iot.processed.disk.v"] === 20);

    expect(() => writeFileSync(filler, Buffer.alloc(300 * 1024 ** 2))).toThrow("ENOSPC");
    const fullMs = performance.now();
    const { notices } = await until("it is told", async () => {
      const answer = await health();
      return answer.notices.some((notice) => /% full/.test(notice)) && answer;
    });
    expect(performance.now() - fullMs).toBeLessThan(15_000);
    expect(notices.join()).toMatch(
      /(99|100) % full, 0\.0 GB are left; when it is full nothing can be stored or deployed/,
    );
    expect((await health()).status).not.toBe("ok");
    expect(await gateway.deploy(flow("after", { nodes: [rule("any")] }))).toMatchObject({ status: 507 });

    rmSync(filler);
    await until("it is well again", async () => (await health()).status === "ok", 60_000);
    expect((await health()).notices).toEqual([]);
    expect(await gateway.deploy(flow("after", { nodes: [rule("any")] }))).toMatchObject({ status: 200 });
    const again = await busClient(gateway.natsUrl);
    const results = await again.listen("iot.rules.after_any");
    await until("a result", async () => {
      await again.publish("iot.processed.disk.w", { device_id: "disk", key: "w", value: 1 });
      return results.length > 0;
    });
    expect((await stored(again))?.["iot.processed.disk.v"]).toBe(20);
    await again.close();
  }, 180_000);
});
