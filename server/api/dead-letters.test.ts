import { beforeEach, describe, expect, test } from "vitest";
import { until } from "../../test/peers/program.ts";
import type { Bus } from "../bus/bus.ts";
import { testBus, testServer } from "../bus/testing.ts";
import { deadLetterStream } from "../compiler/streams.ts";
import { startTestApi } from "./testing.ts";

describe("dead letters", () => {
  let bus: Bus;
  beforeEach(async () => {
    bus = await testBus(await testServer());
    await bus.stored?.ensureStream({ ...deadLetterStream, maxAgeMs: 0, maxBytes: 2 ** 20 });
  });

  async function bury(value: number, node = "db") {
    const payload = JSON.stringify({ device_id: "d1", key: "v", value });
    const data = {
      subject: "iot.rules.f_hot",
      payload_base64: Buffer.from(payload).toString("base64"),
      error: `${value} is refused`,
      attempts: 3,
      flow: "f",
      node,
      timestamp: "2026-01-01T00:00:00.000Z",
    };
    const envelope = JSON.stringify({ source: "northbound", trace_id: `t${value}`, data });
    await bus.stored?.publish("iot.errors.sinks.dead_letter", Buffer.from(envelope));
    return payload;
  }

  test("R150 are listed oldest first, in parts, by flow and node, and shown whole", async () => {
    const api = await startTestApi({ bus });
    for (const value of [1, 2, 3]) await bury(value, value === 2 ? "other" : "db");
    const first = (await api.call("GET", "/api/dead-letters?limit=2")).json;
    expect(first).toMatchObject({ total: 3, next: 2, letters: [{ sequence: 1 }, { sequence: 2 }] });
    const rest = (await api.call("GET", "/api/dead-letters?limit=2&after=2")).json;
    expect(rest).toMatchObject({ next: null, letters: [{ sequence: 3, error: "3 is refused", traceId: "t3" }] });
    expect((await api.call("GET", "/api/dead-letters?node=other")).json.letters).toHaveLength(1);
    expect((await api.call("GET", "/api/dead-letters/1")).json).toMatchObject({
      at: "2026-01-01T00:00:00.000Z",
      flow: "f",
      node: "db",
      attempts: 3,
      payload: '{"device_id":"d1","key":"v","value":1}',
    });
    expect((await api.call("GET", "/api/dead-letters?limit=0")).status).toBe(400);
    expect((await api.call("GET", "/api/dead-letters/x")).status).toBe(400);
    expect((await api.call("GET", "/api/dead-letters/9")).status).toBe(404);
  });

  test("R150 are given once more to the node that gave them up, mended or not, and go when it has taken them", async () => {
    const api = await startTestApi({ bus });
    const payload = await bury(1);
    await bury(2);
    expect((await api.call("POST", "/api/dead-letters/1/replay", {})).json).toEqual({ state: "delivered" });
    const mended = payload.replace("1", "10");
    expect((await api.call("POST", "/api/dead-letters/2/replay", { payload: mended })).status).toBe(200);
    const place = { flow: "f", node: "db", subject: "iot.rules.f_hot" };
    expect(api.runtime.retried).toMatchObject([
      { ...place, text: payload },
      { ...place, text: mended },
    ]);
    expect((await api.call("GET", "/api/dead-letters")).json).toMatchObject({ total: 0, letters: [] });
    expect((await api.call("GET", "/api/dead-letter-actions")).json).toMatchObject([
      { action: "edited", who: "local", sequence: 2, error: "2 is refused", flow: "f", node: "db" },
      { action: "replayed", who: "local", sequence: 1 },
    ]);
  });

  test("one that is refused again, or whose target is away, is kept", async () => {
    const api = await startTestApi({ bus });
    await bury(1);
    api.runtime.retryOutcome = async () => ({ ok: false, reason: "still no number" });
    const refused = await api.call("POST", "/api/dead-letters/1/replay", {});
    expect(refused).toMatchObject({
      status: 409,
      json: { error: { code: "refused", message: expect.stringMatching(/still no number/) } },
    });
    let deliver = (_: { ok: true }) => {};
    api.runtime.retryOutcome = () =>
      new Promise((resolve) => {
        deliver = resolve;
      });
    const waiting = api.call("POST", "/api/dead-letters/1/replay", {});
    await until("it is with the runtime", () => api.runtime.retried.length === 2);
    api.clock.advance(5_000);
    expect((await waiting).json).toEqual({ state: "waiting" });
    expect((await api.call("GET", "/api/dead-letters")).json.letters).toMatchObject([{ isReplaying: true }]);
    expect((await api.call("POST", "/api/dead-letters/1/replay", {})).status).toBe(409);
    expect((await api.call("DELETE", "/api/dead-letters/1")).status).toBe(409);
    deliver({ ok: true });
    await until("it goes", async () => (await api.call("GET", "/api/dead-letters")).json.total === 0);
  });

  test("can be discarded, which is remembered", async () => {
    const api = await startTestApi({ bus });
    await bury(1);
    expect((await api.call("DELETE", "/api/dead-letters/1")).json).toEqual({ ok: true });
    expect((await api.call("DELETE", "/api/dead-letters/1")).status).toBe(404);
    expect((await api.call("GET", "/api/dead-letter-actions")).json).toMatchObject([{ action: "discarded" }]);
  });

  test("what is no dead letter of ours is shown all the same; without JetStream it is said that nothing is kept", async () => {
    const api = await startTestApi({ bus });
    await bus.stored?.publish("iot.errors.sinks.dead_letter", Buffer.from("not JSON"));
    expect((await api.call("GET", "/api/dead-letters/1")).json).toMatchObject({ payload: "not JSON", flow: "" });
    const without = await startTestApi();
    expect((await without.call("GET", "/api/dead-letters")).status).toBe(503);
  });
});
