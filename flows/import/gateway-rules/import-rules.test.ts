import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadCatalog } from "../../../nodes/contract/catalog.ts";
import { fillPoint, ManualClock } from "../../../nodes/contract/testing.ts";
import { compileExpression } from "../../../nodes/expression/expression.ts";
import { importFlows } from "../import-flows.ts";
import { conditionOf } from "./conditions.ts";

const { nodes: types } = await loadCatalog(fileURLToPath(new URL("../../../nodes", import.meta.url)));

function imported(value: unknown) {
  const result = importFlows(JSON.stringify(value), "rules.json");
  if (!result.ok) throw new Error(result.message);
  expect(result.kind).toBe("rules");
  const [document] = result.documents;
  if (document === undefined) throw new Error("there is no document");
  // What is made of a file is to run as it is.
  for (const { type, config } of document.nodes)
    expect(types.get(type)?.config.safeParse(config)).toMatchObject({ success: true });
  return { document, report: result.report };
}
const rule = (more: object) => ({
  id: "r1",
  name: "Rule",
  enabled: true,
  conditions: { field: "value", operator: "gt", value: 40 },
  actions: [],
  ...more,
});
const action = (type: string, config: object) => imported(rule({ actions: [{ type, config }] }));
const configOf = (type: string, config: object) => action(type, config).document.nodes.at(-1)?.config;
const outcomes = (more: object) =>
  imported(rule(more)).report.map(({ outcome, notes }) => `${outcome}: ${notes[0] ?? ""}`);

describe("conditions", () => {
  const point = fillPoint({ device_id: "boiler-7", value: { x: 3 }, tags: { line: "a" } }, new ManualClock());
  const scalar = { ...point, value: 41.5 };

  test.each<[unknown, boolean]>([
    [undefined, true],
    [{}, true],
    [{ and: [] }, true],
    [{ or: [] }, false],
    [{ field: "value", operator: "gt", value: 40 }, true],
    [{ type: "simple", field: "value", operator: "lte", value: 40 }, false],
    [{ field: "device_id", operator: "startswith", value: "boiler" }, true],
    [{ field: "device_id", operator: "ends_with", value: "8" }, false],
    [{ field: "key", operator: "regex", value: "^temp.*e$" }, true],
    [{ field: "tags.line", operator: "eq", value: "a" }, true],
    [{ field: "line", operator: "contains", value: "a" }, true],
    [{ field: "quality", operator: "ne", value: 0 }, false],
    [
      {
        and: [
          { field: "value", operator: "gt", value: 1 },
          { field: "key", operator: "eq", value: "temperature" },
        ],
      },
      true,
    ],
    [{ type: "and", conditions: [{ field: "value", operator: "lt", value: 1 }, { or: [{}] }] }, false],
    [
      {
        type: "or",
        or: [{ field: "value", operator: "lt", value: 1 }, { not: { field: "key", operator: "eq", value: "x" } }],
      },
      true,
    ],
    [{ type: "expression", expression: "value > 40 && contains(device_id, 'boiler')" }, true],
    [{ expression: "abs(value - 40) < 2 && tags.line == 'a' && tags['line'] != 'b'" }, true],
    [{ expression: "len(key) == 11 || nil == value" }, true],
  ])("%o is %s", (condition, expected) => {
    expect(compileExpression(conditionOf(condition)).test(scalar)).toBe(expected);
  });

  test("a part of a composite value is reached by its name", () => {
    expect(compileExpression(conditionOf({ field: "value.x", operator: "eq", value: 3 })).test(point)).toBe(true);
  });

  test.each<[unknown, string]>([
    [{ lua: "return true" }, "Lua has no counterpart"],
    [{ field: "value", operator: "between", value: 1 }, 'the operator "between" has no counterpart'],
    [{ field: "value", operator: "eq", value: [1] }, "something else than a number"],
    [{ expression: "distance(location) < 5" }, "uses distance, which has no counterpart"],
    [{ expression: "value > emergency_threshold" }, "uses emergency_threshold"],
    [{ type: "xor" }, 'a condition of the kind "xor" has no counterpart'],
    [{ and: 3 }, '"and" has no list of conditions'],
  ])("%o is left to people: %s", (conditions, why) => {
    const alert = { actions: [{ type: "alert", config: {} }] };
    const [first] = imported(rule({ conditions, ...alert })).report;
    expect(first?.outcome).toBe("by-hand");
    expect(first?.notes[0]).toContain(why);
  });
});

describe("actions", () => {
  test("an alert takes the condition itself, and its message and throttle", () => {
    const { document, report } = action("alert", {
      level: "critical",
      message: "{{.DeviceID}} {{.Tags.line}}: {{.Value}} {{.Nothing}}",
      throttle: "5m",
      channels: [{ type: "console" }, "webhook"],
    });
    expect(document.nodes).toHaveLength(1);
    expect(document.nodes[0]).toMatchObject({
      type: "rule.alert",
      config: {
        condition: "value > 40",
        level: "critical",
        message: "$" + "{device_id} $" + '{tags["line"]}: $' + "{value} {{.Nothing}}",
        throttle: "5m",
      },
    });
    const notes = report[0]?.notes.join(" ") ?? "";
    for (const word of ["told once", "console", "webhook", "{{.Nothing}}"]) expect(notes).toContain(word);
  });

  test.each<[object, object]>([
    [
      { type: "scale", factor: 2 },
      { op: "scale", factor: 2 },
    ],
    [{ parameters: { type: "scale", factor: 2 } }, { op: "scale", factor: 2 }],
    [
      { type: "scale", parameters: { factor: 2 } },
      { op: "scale", factor: 2 },
    ],
    [
      { type: "offset", offset: "-3" },
      { op: "offset", offset: -3 },
    ],
    [
      { type: "unit_convert", from: "C", to: "F" },
      { op: "convertUnit", from: "°C", to: "°F" },
    ],
    [
      { type: "expression", expression: "max(x, 3) * exp(x)" },
      { op: "expression", expression: "max(value, 3) * exp(value)" },
    ],
    [
      { type: "round", decimals: 1 },
      { op: "round", decimals: 1 },
    ],
    [
      { type: "clamp", min: 0, max: 10 },
      { op: "clamp", min: 0, max: 10 },
    ],
    [
      { type: "lookup", table: { "1": "on", off: "no" }, default: "?" },
      {
        op: "lookup",
        table: [
          { from: 1, to: "on" },
          { from: "1", to: "on" },
          { from: "off", to: "no" },
        ],
        default: "?",
      },
    ],
    [
      { type: "map", mapping: { a: 1 } },
      { op: "lookup", table: [{ from: "a", to: 1 }] },
    ],
    [{}, { op: "expression", expression: "value" }],
  ])("the transformation %o is %o", (config, step) => {
    expect((configOf("transform", config) as { steps: unknown[] }).steps).toEqual([step]);
  });

  test("what a transformation does besides becomes steps of their own, in order", () => {
    const config = {
      type: "scale",
      factor: 1.8,
      precision: 2,
      output_type: "float",
      output_key: "{{.Key}}_f",
      add_tags: { unit: "F" },
      remove_tags: ["raw"],
      error_action: "default",
      default_value: 0,
    };
    expect(configOf("transform", config)).toMatchObject({
      steps: [
        { op: "scale", factor: 1.8 },
        { op: "round", decimals: 2 },
        { op: "setType", type: "float" },
        { op: "rename", key: "$" + "{key}_f" },
        { op: "setTag", name: "unit", value: "F" },
        { op: "removeTag", name: "raw" },
      ],
      onError: "default",
      defaultValue: 0,
    });
  });

  test.each<[object, object]>([
    [
      { type: "duplicate", ttl: "30s" },
      { mode: "duplicate", window: "30s" },
    ],
    [
      { type: "range", min: 0, max: 9 },
      { mode: "range", min: 0, max: 9 },
    ],
    [
      { type: "rate_limit", max_rate: 60 },
      { mode: "rateLimit", count: 60, per: "1m" },
    ],
    [
      { type: "pattern", pattern: "temp*" },
      { mode: "pattern", field: "key", pattern: "temp*" },
    ],
    [{ type: "null" }, { mode: "null" }],
    [
      { type: "threshold", threshold: 5, operator: "gte" },
      { mode: "expression", expression: "value >= 5" },
    ],
    [
      { type: "time_window", window: "5m" },
      { mode: "stale", olderThan: "5m" },
    ],
    [
      { type: "quality", allowed_quality: [0, 1] },
      { mode: "quality", allowed: [0, 1] },
    ],
    [
      { type: "change_rate", max_change_rate: 3 },
      { mode: "rateOfChange", maxPerSecond: 3 },
    ],
    [
      { type: "statistical_anomaly", parameters: { window_size: 30 } },
      { mode: "outlier", windowSize: 30, threshold: 2 },
    ],
    [
      { type: "consecutive", inner_filter: { type: "range", parameters: { min: 5 } } },
      { mode: "consecutive", count: 3, expression: "value >= 5" },
    ],
  ])("the filter %o is %o", (config, expected) => {
    expect(configOf("filter", config)).toMatchObject(expected);
  });

  test.each<[object, object]>([
    [
      { functions: ["average", "std", "p95"], window_size: 20 },
      { functions: ["avg", "stddev", "p95"], window: "count", count: 20 },
    ],
    [
      { function: "max", size: 0 },
      { functions: ["max"], window: "cumulative" },
    ],
    [
      { functions: ["sum"], window_type: "time", window: "1h", alignment: "calendar" },
      { window: "calendar", calendar: "hour" },
    ],
    [
      { functions: ["sum"], window_type: "time", window: "30s" },
      { window: "tumbling", size: "30s" },
    ],
    [
      { functions: ["above_count"], upper_limit: 9, group_by: ["device_id", "line"] },
      { upper: 9, groupBy: ["device"], groupTags: ["line"] },
    ],
  ])("the aggregate %o is %o", (config, expected) => {
    expect(configOf("aggregate", config)).toMatchObject(expected);
  });

  test("forwarding keeps its subject, and one without does not come back to its own input", () => {
    const subjectOf = (config: object) =>
      (configOf("forward", config) as { targets: { subject: string }[] }).targets[0]?.subject;
    expect(subjectOf({ subject: "plant.{{.DeviceID}}" })).toBe("plant.$" + "{device_id}");
    expect(subjectOf({})).toMatch(/^forwarded\./);
  });

  test("what has no counterpart is left out and told, the rest of the rule stays", () => {
    const actions = [{ type: "transform", config: { type: "geo_distance" } }, { type: "forward", config: {} }, 3];
    expect(outcomes({ actions })).toEqual([
      expect.stringMatching(/^approximated: /),
      expect.stringMatching(/^by-hand: Left out: a transformation of the type "geo_distance"/),
      expect.stringMatching(/^approximated: /),
      "by-hand: Left out: the action is no object.",
    ]);
  });
});

describe("files", () => {
  test("hold one rule, a list, or a list under rules; rules that are off stay off", () => {
    const one = rule({ enabled: false, actions: [{ type: "forward", config: { subject: "a" } }] });
    for (const file of [one, [one], { rules: [one] }])
      expect(imported(file).document.nodes).toMatchObject([
        { type: "rule.filter", disabled: true },
        { type: "rule.forward", disabled: true },
      ]);
  });

  test("three rules of one id are three", () => {
    const one = rule({ actions: [{ type: "alert", config: {} }] });
    expect(new Set(imported([one, one, one]).document.nodes.map(({ id }) => id)).size).toBe(3);
  });

  test("the filter leads to every action but alerts, and is left out where it would let all through", () => {
    const actions = [{ type: "alert" }, { type: "forward" }, { type: "aggregate" }];
    const { document } = imported(rule({ actions }));
    expect(document.wires.map(({ to }) => document.nodes.find(({ id }) => id === to)?.type)).toEqual([
      "rule.forward",
      "rule.aggregate",
    ]);
    expect(imported(rule({ conditions: undefined, actions })).document.wires).toEqual([]);
  });

  test("a condition that cannot be carried over lets nothing through, rather than everything", () => {
    const { document } = imported(
      rule({ conditions: { lua: "x" }, actions: [{ type: "alert" }, { type: "forward" }] }),
    );
    expect(document.nodes.map(({ config }) => config["expression"] ?? config["condition"])).toEqual([
      "false",
      "false",
      undefined,
    ]);
  });
});
