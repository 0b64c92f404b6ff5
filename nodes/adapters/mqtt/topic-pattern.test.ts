import { expect, test } from "vitest";
import { compilePattern, deviceOfTopic, patternProblem } from "./topic-pattern.ts";

test.each([
  ["plant/{device_id}/{key}", "plant/boiler-1/temperature", { deviceId: "boiler-1", key: "temperature", tags: {} }],
  ["{site}/+/{device_id}/{key}", "bern/x/pump/flow", { deviceId: "pump", key: "flow", tags: { site: "bern" } }],
  ["zigbee2mqtt/{device_id}/#", "zigbee2mqtt/door/a/b", { deviceId: "door", tags: {} }],
  ["zigbee2mqtt/{device_id}/#", "zigbee2mqtt/door", { deviceId: "door", tags: {} }],
  ["tele/dev-{device_id}.x/{key}", "tele/dev-7.x/t", { deviceId: "7", key: "t", tags: {} }],
  ["{device_id}", "Kessel 1 (alt)", { deviceId: "Kessel 1 (alt)", tags: {} }],
  ["#", "a/b", { tags: {} }],
])("%s reads %s", (pattern, topic, names) => {
  expect(patternProblem(pattern)).toBeUndefined();
  expect(compilePattern(pattern)(topic)).toEqual(names);
});

test.each([
  ["plant/{device_id}/{key}", "plant/boiler-1"],
  ["plant/{device_id}/{key}", "plant/boiler-1/a/b"],
  ["plant/{device_id}/{key}", "plant//temperature"],
  ["tele/dev-{device_id}.x", "tele/dev-7zx"],
  ["a/+", "a/b/c"],
])("%s does not fit %s", (pattern, topic) => {
  expect(compilePattern(pattern)(topic)).toBeUndefined();
});

test.each([
  ["a/#/b", "can only be the last level"],
  ["{a}{b}", "one name for each level"],
  ["{a", "without its other half"],
  ["a+", "stand for whole levels"],
  ["{1a}", "begins with a letter"],
  ["{}", "begins with a letter"],
  ["{device-id}", "begins with a letter"],
  ["{a}/{a}", "stands in the pattern twice"],
])("%s is no pattern: %s", (pattern, words) => {
  expect(patternProblem(pattern)).toContain(words);
});

test("a long topic that almost fits is refused quickly", () => {
  const fits = compilePattern("{a}/x{b}/#");
  expect(fits(`${"x".repeat(60_000)}/y`)).toBeUndefined();
});

test("without a pattern the device is the last level but one", () => {
  expect(deviceOfTopic("plant/boiler-1/temperature")).toBe("boiler-1");
  expect(deviceOfTopic("boiler-1/temperature")).toBe("boiler-1");
  expect(deviceOfTopic("temperature")).toBe("temperature");
  expect(deviceOfTopic("/plant//temperature/")).toBe("plant");
  expect(deviceOfTopic("/")).toBe("/");
});
