import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTestApi, testFlow } from "./testing.ts";

const point = { device_id: "d1", key: "t", value: 90 };
const body = (more: object = {}) => ({
  document: testFlow("heat"),
  inputs: [{ atMs: 1_000, node: "in", reading: { payload: "90", device: "d1" } }],
  endMs: 2_000,
  ...more,
});

test("a flow that is not deployed is tried: what passed each node is answered, and nothing else happens", async () => {
  const { call, runtime, store } = await startTestApi();
  const { status, json } = await call("POST", "/api/trial", body());
  expect(status).toBe(200);
  expect(json).toMatchObject({ ok: true, errors: [], captured: ["in"] });
  expect(json.events[0]).toMatchObject({ atMs: 1_000, node: "in", port: "out", message: { payload: "90" } });
  expect(runtime.applied).toHaveLength(1);
  expect(store.audit.list({ limit: 9 })).toEqual([]);
});

test("tests beside a flow are listed, and one that is run says where it is not as expected", async () => {
  const { call, folder } = await startTestApi();
  expect((await call("GET", "/api/flows/heat/tests")).json).toEqual({ tests: [], faults: [] });
  await call("POST", "/api/deploy", { flows: [{ id: "heat", baseRevision: 0, document: testFlow("heat") }] });
  const file = join(folder, "flows", "heat.test.yaml");
  const text = `tests:
  - name: hot
    steps:
      - { at: 1s, in: { node: hot, point: ${JSON.stringify(point)} }, expect: [{ node: hot, messages: [{ value: 91 }] }] }
`;
  writeFileSync(file, text);
  const { tests } = (await call("GET", "/api/flows/heat/tests")).json;
  expect(tests).toEqual([
    {
      name: "hot",
      startMs: Date.UTC(2026, 0, 1),
      inputs: [{ atMs: 1_000, node: "hot", message: point }],
      endMs: 1_000,
    },
  ]);
  const run = (name: string) =>
    call("POST", "/api/trial", body({ inputs: tests[0].inputs, endMs: tests[0].endMs, test: name }));
  expect((await run("hot")).json.failures).toMatchObject([
    { atMs: 1_000, lines: [expect.any(String), expect.stringContaining("91")] },
  ]);
  expect((await run("cold")).status).toBe(404);
  writeFileSync(file, "tests: 5");
  expect((await call("GET", "/api/flows/heat/tests")).json).toMatchObject({
    tests: [],
    faults: [expect.stringContaining("tests")],
  });
});

test.each([
  [body({ endMs: -1 }), 400, "endMs"],
  [body({ inputs: [{ atMs: 0, node: "in" }] }), 400, "inputs"],
  [{ inputs: [], endMs: 0 }, 400, "document"],
])("a trial that cannot be read is refused in words %#", async (sent, status, words) => {
  const { call } = await startTestApi();
  const answer = await call("POST", "/api/trial", sent);
  expect(answer.status).toBe(status);
  expect(answer.json.error.message).toContain(words);
});

test("a wrong flow, or a message to nobody, is answered as problems", async () => {
  const { call } = await startTestApi();
  const lost = await call("POST", "/api/trial", body({ inputs: [{ atMs: 0, node: "nobody", message: point }] }));
  expect(lost.json).toMatchObject({ ok: false, problems: [{ path: ["inputs", 0] }] });
});
