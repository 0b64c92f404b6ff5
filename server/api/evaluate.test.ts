import { expect, test } from "vitest";
import type { Point } from "../../nodes/contract/point.ts";
import type { EvaluateRequest } from "./contract.ts";
import { evaluate } from "./evaluate.ts";
import { startTestApi } from "./testing.ts";

const point = (key: string, value: unknown, second = 0, tags: Record<string, string> = {}): Point => ({
  device_id: "b1",
  key,
  value,
  type: "float",
  quality: 0,
  timestamp: `2026-01-01T00:00:0${second}.000Z`,
  tags,
});
const tried = (source: string, points: readonly Point[], kind: EvaluateRequest["kind"] = "expression") =>
  evaluate({ source, kind, variables: ["limit"] }, points);

test("an expression is tried on the latest point of each series", () => {
  const answer = tried("value > 40", [point("t", 50, 2), point("t", 30, 1), point("p", 3, 1)]);
  expect(answer).toEqual({
    ok: true,
    results: [
      { device: "b1", key: "p", value: "3", result: "false" },
      { device: "b1", key: "t", value: "50", result: "true" },
    ],
    tags: [],
  });
});

test("what a point does not have is said in the words that the node would use", () => {
  expect(tried("tags.line", [point("t", 1)])).toMatchObject({ results: [{ error: "this point has no tags.line" }] });
});

test("what does not compile says where, and the tags that there are", () => {
  expect(tried("value > > 1", [point("t", 1, 0, { line: "a" })])).toMatchObject({
    ok: false,
    position: 8,
    tags: ["line"],
  });
  expect(tried("limt + 1", [])).toMatchObject({ ok: false, message: expect.stringContaining('unknown name "limt"') });
});

test("a template makes its text", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the template language of the product
  const answer = tried("${device_id}: ${value * 2}", [point("t", 4)], "template");
  expect(answer).toMatchObject({ results: [{ result: '"b1: 8"' }] });
});

test("the messages are those of the places named, and long results are cut", async () => {
  const api = await startTestApi();
  api.runtime.messages = [point("t", "x".repeat(1_000))];
  const places = [{ flow: "f", node: "n", side: "in" }];
  const { status, json } = await api.call("POST", "/api/evaluate", {
    source: "value",
    kind: "expression",
    variables: [],
    places,
  });
  expect(status).toBe(200);
  expect(json.results[0].result).toHaveLength(201);
  expect(api.runtime.asked).toEqual(places);
  expect((await api.call("POST", "/api/evaluate", { source: 1 })).status).toBe(400);
  const { json: described } = await api.call("GET", "/api/expressions");
  expect(described.names.map(({ name }: { name: string }) => name)).toContain("value");
  expect(described.functions).toContainEqual(expect.objectContaining({ usage: "round(x, decimals)" }));
});
