import { describe, expect, test } from "vitest";
import { flowOf, wireTexts } from "./testing.ts";
import { canFeed, heal, splice, wire, wireRefusal } from "./wiring.ts";

const stages = ["adapter", "plugin", "rule", "sink"] as const;

describe("what may be wired", () => {
  test("data goes from adapters over plugins and rules to sinks, and back only as commands for adapters", () => {
    const allowed = stages.flatMap((from) => stages.filter((to) => canFeed(from, to)).map((to) => `${from}>${to}`));
    expect(allowed).toEqual([
      "adapter>plugin",
      "adapter>rule",
      "adapter>sink",
      "plugin>adapter",
      "plugin>plugin",
      "plugin>rule",
      "plugin>sink",
      "rule>adapter",
      "rule>rule",
      "rule>sink",
    ]);
  });

  test.each([
    ["a node to itself", flowOf(["rule.a"]), "a", "a", "self"],
    ["against the stages", flowOf(["rule.a", "plugin.b"]), "a", "b", "stage"],
    ["one adapter into another", flowOf(["adapter.a", "adapter.b"]), "a", "b", "stage"],
    ["out of a sink", flowOf(["sink.a", "sink.b"]), "a", "b", "stage"],
    ["what is wired already", flowOf(["rule.a", "rule.b"], ["a>b"]), "a", "b", "exists"],
    ["a ring of two rules", flowOf(["rule.a", "rule.b"], ["a>b"]), "b", "a", "cycle"],
    ["a ring of three plugins", flowOf(["plugin.a", "plugin.b", "plugin.c"], ["a>b", "b>c"]), "c", "a", "cycle"],
    ["a node that is not there", flowOf(["rule.a"]), "a", "x", "unknown"],
    ["a type that names no stage", flowOf(["rule.a", "strange.b"]), "a", "b", "unknown"],
  ])("refuses %s", (_, document, from, to, refusal) => {
    expect(wireRefusal(document, wire(from, "out", to, "in"))).toBe(refusal);
  });

  test("another port of the same node makes another wire", () => {
    const document = flowOf(["rule.a", "sink.b"], ["a>b"]);
    expect(wireRefusal(document, wire("a", "failed", "b", "in"))).toBeUndefined();
  });

  test("two ways to one sink are no ring", () => {
    const document = flowOf(["rule.a", "rule.b", "rule.c"], ["a>b", "a>c"]);
    expect(wireRefusal(document, wire("b", "out", "c", "in"))).toBeUndefined();
  });
});

describe("splice", () => {
  test("puts a node into the middle of a wire", () => {
    const document = flowOf(["adapter.a", "sink.b", "rule.c"], ["a>b"]);
    const [into] = document.wires;
    const node = document.nodes[2];
    if (into === undefined || node === undefined) throw new Error("no wire");
    const spliced = splice(document, node, into);
    expect(spliced && wireTexts(spliced)).toEqual(["a>c", "c>b"]);
  });

  test("does not put an adapter in the middle", () => {
    const document = flowOf(["rule.a", "sink.b", "adapter.c"], ["a>b"]);
    const [into] = document.wires;
    const node = document.nodes[2];
    if (into === undefined || node === undefined) throw new Error("no wire");
    expect(splice(document, node, into)).toBeUndefined();
  });

  test("keeps the port the wire came from", () => {
    const document = flowOf(["rule.a", "sink.b", "rule.c"], ["a:rejected>b"]);
    const [into] = document.wires;
    const node = document.nodes[2];
    if (into === undefined || node === undefined) throw new Error("no wire");
    const spliced = splice(document, node, into);
    expect(spliced && wireTexts(spliced)).toEqual(["a:rejected>c", "c>b"]);
  });

  test("refuses a node that does not fit between the ends", () => {
    const document = flowOf(["rule.a", "sink.b", "plugin.c", "sink.d"], ["a>b"]);
    const [into] = document.wires;
    if (into === undefined) throw new Error("no wire");
    for (const node of document.nodes.slice(2)) expect(splice(document, node, into)).toBeUndefined();
  });
});

describe("heal", () => {
  test("joins what was before a node to what was behind it", () => {
    const document = flowOf(["adapter.a", "plugin.b", "rule.c", "sink.d"], ["a>b", "b>c", "b>d"]);
    expect(wireTexts(heal(document, "b"))).toEqual(["a>c", "a>d"]);
  });

  test("does not join what left by failed", () => {
    const document = flowOf(["adapter.a", "rule.b", "sink.c", "sink.d"], ["a>b", "b>c", "b:failed>d"]);
    expect(wireTexts(heal(document, "b"))).toEqual(["a>c"]);
  });

  test("makes no wire twice", () => {
    const document = flowOf(["adapter.a", "plugin.b", "rule.c"], ["a>b", "b>c", "a>c"]);
    expect(wireTexts(heal(document, "b"))).toEqual(["a>c"]);
  });
});
