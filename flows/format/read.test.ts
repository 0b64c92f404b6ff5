import { expect, test } from "vitest";
import { checkDocument, type ReadResult, readDocument } from "./read.ts";

const minimal = { format: 1, id: "a" };

function problems(result: ReadResult) {
  return result.ok ? [] : result.problems;
}

test("what is left out is filled in", () => {
  const result = readDocument(
    '{"format":1,"id":"a","nodes":[{"id":"n","type":"rule.filter"}],"wires":[{"from":"n","to":"m"}]}',
    "a.flow.json",
  );
  expect(result).toEqual({
    ok: true,
    document: {
      format: 1,
      id: "a",
      name: "",
      description: "",
      enabled: true,
      delivery: "live",
      connections: [],
      nodes: [{ id: "n", type: "rule.filter", name: "", config: {} }],
      wires: [{ from: "n", to: "m" }],
      layout: { nodes: {}, groups: [], notes: [] },
    },
  });
});

test("what a node's type and configuration mean is not looked at: an unknown type is read and kept", () => {
  const node = { id: "n", type: "vendor.special", name: "x", config: { any: [1, { thing: null }] } };
  const result = checkDocument({ ...minimal, nodes: [node] }, "a");
  expect(result).toMatchObject({ ok: true, document: { nodes: [node] } });
});

test.each([
  ["{", "not-json", /^a\.flow\.json is not JSON at line 1, column 2: .*Comments and trailing commas are not allowed/],
  ['{"format":1, // one\n"id":"a"}', "not-json", /Comments and trailing commas are not allowed/],
  ["", "not-json", /is not JSON/],
  ["[]", "bad-format", /a flow is a JSON object such as/],
  ["null", "bad-format", /a flow is a JSON object such as/],
  ['{"id":"a"}', "bad-format", /"format" is missing/],
])("%j is refused with words and a remedy", (text, code, message) => {
  expect(problems(readDocument(text, "a.flow.json"))).toEqual([
    expect.objectContaining({ code, severity: "error", message: expect.stringMatching(message) }),
  ]);
});

test("a byte order mark before the text does no harm", () => {
  expect(readDocument('\uFEFF{"format":1,"id":"a"}', "a").ok).toBe(true);
});

test.each([
  [{ node: [] }, ["node"], /"node" is not a field of a flow of format 1; check the spelling or remove it/],
  [{ nodes: [{ id: "n", type: "t", cfg: {} }] }, ["nodes", 0, "cfg"], /^a at nodes\.0: "cfg" is not a field/],
  [{ nodes: [{ id: "N 1", type: "t" }] }, ["nodes", 0, "id"], /use lower-case letters, digits and "-"/],
  [{ nodes: [{ id: "n" }] }, ["nodes", 0, "type"], /^a at nodes\.0\.type/],
  [{ wires: [{ from: "n" }] }, ["wires", 0, "to"], /^a at wires\.0\.to/],
  [{ delivery: "sometimes" }, ["delivery"], /"live"\|"durable"/],
  [{ layout: { nodes: { n: { x: 1 } } } }, ["layout", "nodes", "n", "y"], /^a at layout\.nodes\.n\.y/],
])("%j is refused with the path", (part, path, message) => {
  expect(problems(checkDocument({ ...minimal, ...part }, "a"))).toEqual([
    expect.objectContaining({
      code: "bad-document",
      severity: "error",
      flow: "a",
      path,
      message: expect.stringMatching(message),
    }),
  ]);
});

test("all that is wrong is told at once", () => {
  const found = problems(checkDocument({ ...minimal, id: "A", nodes: {}, x: 1, y: 2 }, "a"));
  expect(found.map(({ path }) => path)).toEqual([["id"], ["nodes"], ["x"], ["y"]]);
});

test("nesting that nobody can carry is refused before it does harm", () => {
  const deep = `{"format":1,"id":"a","nodes":[{"id":"n","type":"t","config":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}]}`;
  expect(problems(readDocument(deep, "a"))[0]?.message).toMatch(
    /^nodes\.0\.config\.a\.0 is nested more than 100 levels deep$/,
  );
});

test("a field that would be lost in silence is refused", () => {
  const text = '{"format":1,"id":"a","nodes":[{"id":"n","type":"t","config":{"__proto__":{"a":1}}}]}';
  expect(problems(readDocument(text, "a"))).toEqual([
    expect.objectContaining({ flow: "a", path: ["nodes", 0, "config", "__proto__"] }),
  ]);
});
