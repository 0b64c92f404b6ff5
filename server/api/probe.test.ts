import { expect, test } from "vitest";
import { startTestApi, testFlow } from "./testing.ts";

test("what an adapter of an undeployed document reads is asked of the runtime and answered", async () => {
  const { call, runtime } = await startTestApi();
  const values = [{ device_id: "d7", key: "t", value: 21.5, type: "float", quality: 0, raw: "41AC 0000" }] as const;
  runtime.probeAnswer = { ok: true, values, tookMs: 12 };
  const answer = await call("POST", "/api/probe", { document: testFlow("d7"), node: "in", keys: ["t"] });
  expect(answer).toMatchObject({ status: 200, json: { values, tookMs: 12 } });
  const nodes = [{ id: "in", config: { device: "d7" } }];
  expect(runtime.probed).toMatchObject([{ flow: { id: "d7", nodes }, node: "in", keys: ["t"] }]);
  expect(runtime.applied.flatMap(({ flows }) => flows)).toEqual([]);
});

test("what is wrong elsewhere in the document, or switched off, does not matter", async () => {
  const { call, runtime } = await startTestApi();
  runtime.probeAnswer = { ok: true, values: [], tookMs: 1 };
  const nodes = [
    { id: "in", type: "adapter.test", config: {}, disabled: true },
    { id: "x", type: "rule.none" },
  ];
  const document = testFlow("f", { nodes, wires: [{ from: "in", to: "gone" }], enabled: false });
  expect((await call("POST", "/api/probe", { document, node: "in" })).status).toBe(200);
});

test("what cannot be tried out says why", async () => {
  const { call } = await startTestApi();
  const tried = async (document: unknown, node: string) => {
    const { status, json } = await call("POST", "/api/probe", { document, node });
    return [status, json.error.code, json.error.message];
  };
  expect(await tried(testFlow("f"), "in")).toEqual([502, "not-reached", "nothing listens there"]);
  expect(await tried(testFlow("f"), "gone")).toEqual([404, "no-node", 'the document has no node "gone"']);
  expect(await tried(testFlow("f"), "hot")).toEqual([
    400,
    "not-an-adapter",
    expect.stringContaining('"hot" is no adapter'),
  ]);
  const wrong = testFlow("f", { nodes: [{ id: "in", type: "adapter.test", config: { device: 5 } }] });
  expect(await tried(wrong, "in")).toEqual([422, "refused", expect.stringContaining("device")]);
});
