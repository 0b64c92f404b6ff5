import { describe, expect, test } from "vitest";
import { alertLevels } from "../../nodes/contract/point.ts";
import {
  covers,
  modules,
  overlaps,
  ruleSubject,
  stageSubjects,
  subjectDocs,
  subjectProblem,
  subjects,
} from "./subjects.ts";

const tokens = (subject: string) => subject.split(".");

test("R036 to R052 every subject is spelled as documented", () => {
  const spelled: Record<keyof typeof subjectDocs, string> = {
    "iot.raw.{protocol}.{device_id}": subjects.raw("modbus", "d1"),
    "iot.processed.{device_id}.{key}": subjects.processed("d1", "temperature"),
    "iot.processed.batch.{device_id}": subjects.batch("d1"),
    "iot.rules.{rule_id}": subjects.rule("boiler_hot"),
    "iot.rules.{rule_id}.success": subjects.ruleStatus("boiler_hot", "success"),
    "iot.rules.{rule_id}.failed": subjects.ruleStatus("boiler_hot", "failed"),
    "iot.rules.{rule_id}.{port}": subjects.rulePort("boiler_hot", "late"),
    "iot.rules.{device_id}.{key}": subjects.ruleData("d1", "temperature"),
    "iot.alerts.{level}.{device_id}": subjects.alert("warning", "d1"),
    "iot.alerts.{category}.{device_id}": subjects.alertCategory("thermal", "d1"),
    "iot.aggregated.{device_id}.{key}": subjects.aggregate("d1", "temperature"),
    "iot.aggregated.{window}.{function}": subjects.aggregateGroup("5m", "avg"),
    "iot.errors.{module}.{error_type}": subjects.error("rule", "parse_error"),
    "iot.errors.{device_id}.errors": subjects.deviceErrors("d1"),
    "iot.errors.{module}.dead_letter": subjects.deadLetter("sink"),
    "iot.metrics.performance.{name}": subjects.performance("latency"),
    "iot.metrics.health.{module}": subjects.health("runtime"),
    "sluice.commands.{flow}.{node}": subjects.commands("boiler-room", "plc"),
    "sluice.replies.{flow}.{node}": subjects.replies("boiler-room", "plc"),
  };
  for (const [pattern, subject] of Object.entries(spelled)) {
    const shape = tokens(pattern).map((token) => (token.startsWith("{") ? /^[A-Za-z0-9_%-]+$/ : token));
    expect(tokens(subject), pattern).toHaveLength(shape.length);
    tokens(subject).forEach((token, index) => {
      expect(token).toMatch(shape[index] ?? "");
    });
  }
  expect(subjects.error("rule", "parse_error")).toBe("iot.errors.rules.parse_error");
});

test("R053 an id with dots, spaces and wildcards leaves the number of tokens as it is", () => {
  expect(subjects.processed("plc.1 a*", "temp.>")).toBe("iot.processed.plc%2E1%20a%2A.temp%2E%3E");
  expect(tokens(subjects.processed("", ""))).toEqual(["iot", "processed", "%", "%"]);
});

test("R143 no subject is deeper than four tokens", () => {
  for (const pattern of Object.keys(subjectDocs)) expect(tokens(pattern).length).toBeLessThanOrEqual(4);
});

describe("R054 ids that are words of the subject tree stay apart from it", () => {
  test("a device called batch", () => {
    expect(subjects.processed("batch", "d1")).not.toBe(subjects.batch("d1"));
  });
  test("a key called success or failed, or like another port of a rule", () => {
    for (const port of ["success", "failed"] as const)
      expect(subjects.ruleData("boiler_hot", port)).not.toBe(subjects.ruleStatus("boiler_hot", port));
    for (const port of ["rejected", "cleared", "late"])
      expect(subjects.ruleData("boiler_hot", port)).not.toBe(subjects.rulePort("boiler_hot", port));
  });
  test("an alert category called like a level", () => {
    for (const level of alertLevels) expect(subjects.alertCategory(level, "d1")).not.toBe(subjects.alert(level, "d1"));
  });
  test("a device called like a window", () => {
    for (const window of ["5m", "250ms", "count_10", "cumulative"])
      expect(subjects.aggregate(window, "avg")).not.toBe(subjects.aggregateGroup(window, "avg"));
  });
  test("a device called like a module, and an error type called errors or dead_letter", () => {
    for (const module of Object.keys(modules) as (keyof typeof modules)[]) {
      expect(subjects.error(module, "errors")).not.toBe(subjects.deviceErrors(modules[module].token));
      expect(subjects.error(module, "dead_letter")).not.toBe(subjects.deadLetter(module));
    }
  });
});

test("R134 the rule id takes the place of the wildcard in an output subject", () => {
  expect(ruleSubject("iot.rules.*", "boiler_hot")).toBe("iot.rules.boiler_hot");
  expect(ruleSubject("y.out.>", "a.b")).toBe("y.out.a%2Eb");
});

test("two patterns overlap when one subject is matched by both", () => {
  const yes = [
    ["iot.>", "iot.rules.*"],
    ["iot.*.d1", "iot.raw.*"],
    ["a.b", "a.b"],
    [">", "a"],
    ["a.*.c", "a.b.>"],
  ] as const;
  const no = [
    ["iot.>", "iot"],
    ["iot.rules.*", "iot.rules.r1.success"],
    ["a.b", "a.c"],
    ["a.>", "b.>"],
    ["a.*", "a"],
  ] as const;
  for (const [a, b] of yes) expect([a, b, overlaps(a, b), overlaps(b, a)]).toEqual([a, b, true, true]);
  for (const [a, b] of no) expect([a, b, overlaps(a, b), overlaps(b, a)]).toEqual([a, b, false, false]);
});

test("a pattern covers another when it matches all of it", () => {
  expect(covers("iot.>", "iot.rules.*")).toBe(true);
  expect(covers("iot.rules.*", "iot.rules.r1")).toBe(true);
  expect(covers("iot.rules.r1", "iot.rules.r1")).toBe(true);
  expect(covers("iot.rules.*", "iot.rules.>")).toBe(false);
  expect(covers("iot.rules.r1", "iot.rules.*")).toBe(false);
  expect(covers("iot.>", "iot")).toBe(false);
  expect(covers("iot.*.d1", "iot.raw.d1.x")).toBe(false);
});

test("what an input listens to without a wire matches what its stage publishes", () => {
  expect(overlaps(stageSubjects.plugin, subjects.raw("mqtt", "d1"))).toBe(true);
  expect(overlaps(stageSubjects.rule, subjects.processed("d1", "v"))).toBe(true);
  expect(overlaps(stageSubjects.rule, subjects.batch("d1"))).toBe(true);
  expect(overlaps(stageSubjects.sink, subjects.rule("r1"))).toBe(true);
  expect(overlaps(stageSubjects.sink, subjects.ruleStatus("r1", "success"))).toBe(false);
});

test("a subject that NATS would not take, or take for something else, is refused with the reason", () => {
  expect(subjectProblem("iot.rules.r1", "publish")).toBeUndefined();
  expect(subjectProblem("iot.rules.*", "subscribe")).toBeUndefined();
  expect(subjectProblem("iot.>", "subscribe")).toBeUndefined();
  expect(subjectProblem("", "subscribe")).toMatch("empty");
  expect(subjectProblem("iot..r1", "subscribe")).toMatch("empty part");
  expect(subjectProblem(".iot", "publish")).toMatch("empty part");
  expect(subjectProblem("iot.r 1", "publish")).toMatch("space");
  expect(subjectProblem("iot.r1\r\nPUB x", "publish")).toMatch("space or control");
  expect(subjectProblem("$JS.API.INFO", "publish")).toMatch("reserved");
  expect(subjectProblem("iot.rules.*", "publish")).toMatch("wildcard");
  expect(subjectProblem("iot.>.r1", "subscribe")).toMatch("only stand at the end");
});
