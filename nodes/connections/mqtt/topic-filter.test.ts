import { expect, test } from "vitest";
import { filterProblem, matchesFilter, topicProblem } from "./topic-filter.ts";

test.each([
  ["plant/boiler-1/temperature", "plant/boiler-1/temperature", true],
  ["plant/+/temperature", "plant/boiler-1/temperature", true],
  ["plant/+/temperature", "plant/boiler-1/pressure", false],
  ["plant/+", "plant/boiler-1/temperature", false],
  ["plant/#", "plant/boiler-1/temperature", true],
  ["plant/#", "plant", true],
  ["#", "plant/boiler-1", true],
  ["+/+", "/plant", true],
  ["+", "/plant", false],
  ["plant/+", "plant/", true],
  ["plant/boiler", "plant/boiler/x", false],
  ["plant/boiler/x", "plant/boiler", false],
  ["#", "$SYS/broker/uptime", false],
  ["+/broker/uptime", "$SYS/broker/uptime", false],
  ["$SYS/#", "$SYS/broker/uptime", true],
  ["$share/gateway/plant/#", "plant/boiler-1", true],
  ["$share/gateway/plant/#", "other/boiler-1", false],
])("filter %s and topic %s: %s", (filter, topic, matches) => {
  expect(matchesFilter(filter, topic)).toBe(matches);
});

test.each(["plant/#", "+", "#", "/", "plant//x", "$share/g/plant/+", "Anlage/Kessel 1/Temperatur"])(
  "%s is a filter",
  (filter) => {
    expect(filterProblem(filter)).toBeUndefined();
  },
);

test.each([
  ["", "write a topic filter"],
  ["plant/#/x", "# can only be the last level"],
  ["plant/boiler+", "stand for whole levels"],
  ["plant/x#", "stand for whole levels"],
  ["$share/plant", "$share/{group}/{filter}"],
  ["$share//plant", "$share/{group}/{filter}"],
  ["$share/g/", "$share/{group}/{filter}"],
  ["a\0b", "NUL"],
  ["x".repeat(65_536), "65,535"],
])("a filter that is none says why: %#", (filter, words) => {
  expect(filterProblem(filter)).toContain(words);
});

test("one publishes on complete topics only", () => {
  expect(topicProblem("plant/boiler-1")).toBeUndefined();
  expect(topicProblem("plant/+")).toContain("wildcard");
  expect(topicProblem("")).toContain("write a topic");
});
