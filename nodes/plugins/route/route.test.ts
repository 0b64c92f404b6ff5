import { describe, expect, test } from "vitest";
import { outputsOf } from "../../contract/describe.ts";
import type { Point } from "../../contract/point.ts";
import { ManualClock, runOperator } from "../../contract/testing.ts";
import route from "./route.node.ts";

type Config = Readonly<Record<string, unknown>>;
const portsOf = (config: Config, point: Partial<Point>) =>
  runOperator(route, config)
    .point(point)
    .map(({ port }) => port);

describe("routes", () => {
  test.each<[Config, Partial<Point>, string]>([
    [{ device: "boiler-*" }, { device_id: "boiler-1" }, "r"],
    [{ device: "boiler-*" }, { device_id: "oven" }, "out"],
    [{ key: "temp*" }, { key: "temp" }, "r"],
    [{ key: "temp" }, { key: "temperature" }, "out"],
    [{ tags: { line: "2" } }, { tags: { line: "2" } }, "r"],
    [{ tags: { line: "*" } }, {}, "out"],
    [{ tags: { toString: "*" } }, {}, "out"],
    [{ types: ["int"] }, { value: 1 }, "r"],
    [{ types: ["int"] }, { value: 1.5 }, "out"],
    [{ types: [] }, { value: 1.5 }, "r"],
    [{ quality: "good" }, { quality: 0 }, "r"],
    [{ quality: "good" }, { quality: 1 }, "out"],
    [{ quality: "bad" }, { quality: 1 }, "r"],
    [{ when: "value > 1" }, { value: 2 }, "r"],
    [{ when: "value > 1" }, { value: 1 }, "out"],
    [{ key: "temp*", when: "value > 1" }, { key: "speed", value: 2 }, "out"],
    [{}, {}, "r"],
  ])("%j for %j: %s", (conditions, point, port) => {
    expect(portsOf({ routes: [{ name: "r", ...conditions }] }, point)).toEqual([port]);
  });

  test("the first that fits, or all that fit, each port once", () => {
    const routes = [{ name: "a", key: "t*" }, { name: "b" }, { name: "a" }];
    expect(portsOf({ routes }, { key: "t" })).toEqual(["a"]);
    expect(portsOf({ routes, match: "all" }, { key: "t" })).toEqual(["a", "b"]);
  });

  test("a condition that cannot be evaluated lets the point take no way", () => {
    const routes = [{ name: "a", when: "value" }];
    expect(portsOf({ routes }, { value: 5 })).toEqual(["failed"]);
  });

  test("every route is an output port of the node", () => {
    const routes = [{ name: "a" }, { name: "b" }, { name: "a" }];
    expect(outputsOf(route, { routes }).map(({ name }) => name)).toEqual(["a", "b", "out"]);
    for (const wrong of [{}, { routes: 5 }, { routes: [null, 5, {}, { name: 7 }, { name: "" }] }])
      expect(outputsOf(route, wrong).map(({ name }) => name)).toEqual(["out"]);
  });

  test.each([
    [{ name: "out" }, "this name is taken"],
    [{ name: "Line 2" }, "small letters"],
    [{ name: "a", when: "value >" }, "at character"],
    [{ name: "a", device: "" }, ""],
  ])("the route %j is refused", (given, words) => {
    const parsed = route.config.safeParse({ routes: [given] });
    expect(parsed.error?.issues[0]?.message).toContain(words);
  });
});

describe("lists", () => {
  const split = (value: unknown, type?: Point["type"]) =>
    runOperator(route, { lists: "split" })
      .point({ key: "k", value, ...(type === undefined ? {} : { type }) })
      .map(
        ({ point, emission }) => emission.reason ?? [point.key, point.type, point.value, point.timestamp.slice(11, 19)],
      );

  test("members take their index or label, samples their time, and other values stay", () => {
    expect(split([1, "a", null])).toEqual([
      ["k.0", "int", 1, "00:00:00"],
      ["k.1", "string", "a", "00:00:00"],
      ["k.2", "string", null, "00:00:00"],
    ]);
    expect(split({ values: [1, 2], dimension: 2, labels: ["x"] }).map(([key]) => key)).toEqual(["k.0", "k.1"]);
    expect(split({ timestamps: [1_700_000_000, "2026-01-01T01:00:00Z"], values: [1, 2.5] }, "timeseries")).toEqual([
      ["k", "int", 1, "22:13:20"],
      ["k", "float", 2.5, "01:00:00"],
    ]);
    expect(split({ latitude: 1, longitude: 2 })).toHaveLength(1);
    expect(split([])).toEqual([]);
  });

  test("a series that does not hold together and a list without end are refused", () => {
    expect(split({ timestamps: [1], values: [1, 2] }, "timeseries")).toEqual([
      "validation: the series has 2 values, but a list of 1 as timestamps",
    ]);
    expect(split(Array.from({ length: 10_001 }, () => 0))).toEqual([expect.stringMatching(/^limit: /)]);
  });
});

test("collected points leave when enough are there, when the time is up, and when the node stops", () => {
  const clock = new ManualClock();
  const config = { send: "batch", collectFor: "5s", maxPoints: 2, routes: [{ name: "a", key: "a" }] };
  const run = runOperator(route, config, clock);
  const values = () => run.emitted.map(({ point, port }) => `${port} ${point.value}`);
  run.point({ key: "a", value: 1 });
  expect(values()).toEqual([]);
  run.point({ key: "b", value: 2 });
  expect(values()).toEqual(["a 1", "out 2"]);
  run.point({ key: "b", value: 3 });
  clock.advance(5_000);
  expect(values().at(-1)).toBe("out 3");
  run.point({ key: "b", value: 4 });
  run.operator.close?.();
  clock.advance(60_000);
  expect(values()).toEqual(["a 1", "out 2", "out 3", "out 4"]);
});

test("what leaves is what comes in, unless lists become points", () => {
  const scope = (config: Config) => route.scope?.(route.config.parse(config), { devices: ["d"], keys: ["k"] });
  expect(scope({})).toEqual({ devices: ["d"], keys: ["k"] });
  expect(scope({ lists: "split" })).toEqual({ devices: ["d"] });
});

test("one line says what it does", () => {
  const line = (config: Config) => route.line?.(route.config.parse(config));
  expect(line({})).toBe("everything goes on");
  expect(line({ routes: ["a", "b", "c", "d", "e"].map((name) => ({ name })), match: "all" })).toBe(
    "all of a, b, c and 2 more",
  );
});
