import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../contract/point.ts";
import { runOperator } from "../../contract/testing.ts";
import filter from "./filter.node.ts";

type Config = Readonly<Record<string, unknown>>;
const run = (config: Config) => runOperator(filter, config);

/** The port each of the points leaves by. */
function ports(config: Config, points: readonly Partial<Point>[], stepMs = 1_000): string[] {
  const filtering = run(config);
  return points.map((point) => {
    const [emitted, ...more] = filtering.point(point);
    expect(more).toEqual([]);
    filtering.clock.advance(stepMs);
    return emitted?.port ?? "nothing";
  });
}
const portsOf = (config: Config, values: readonly unknown[], stepMs?: number) =>
  ports(
    config,
    values.map((value) => ({ value })),
    stepMs,
  );
const issues = (config: Config) =>
  filter.config.safeParse(config).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
const reason = (config: Config, ...points: readonly Partial<Point>[]) => {
  const filtering = run(config);
  for (const point of points) filtering.point(point);
  return filtering.emitted.at(-1)?.emission.reason;
};

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const reading = fc.double({ noNaN: true, min: -1_000, max: 1_000 });

describe("every filter", () => {
  test("R013 sends on the very point it got, by whichever port", () => {
    const filtering = run({ mode: "range", max: 10 });
    for (const value of [5, 15]) {
      const point = { device_id: "d1", key: "k", value, type: "int", quality: 0, timestamp: "", tags: {} } as const;
      filtering.operator.process(point, { id: "", hops: 0 });
      expect(filtering.emitted.at(-1)?.point).toBe(point);
    }
    expect(filtering.emitted.map(({ port }) => port)).toEqual(["out", "rejected"]);
  });

  test("says why a point is rejected", () => {
    expect(reason({ mode: "range", min: 0, max: 10 }, { value: 11 })).toBe("above 10");
    expect(reason({ mode: "expression", expression: "value > 40" }, { value: 11 })).toBe("not value > 40");
    expect(reason({ mode: "quality" }, { quality: 3 })).toBe("its quality is not 0");
    expect(reason({ mode: "deadband", deadband: 2, deadbandType: "percent" }, { value: 1 }, { value: 1 })).toBe(
      "changed by no more than 2 %",
    );
  });

  test.each(["range", "deadband", "rateOfChange", "outlier"])("%s fails what is no number", (mode) => {
    const config = { mode, min: 0, maxPerSecond: 1 };
    for (const value of [null, Number.NaN, { x: 1 }, [1]])
      expect(run(config).point({ value })[0]).toMatchObject({
        port: "failed",
        emission: { reason: expect.stringContaining("type_mismatch: needs a number, but temperature of d1 is") },
      });
  });

  test.each([
    [{ mode: "deadband" }, "any change"],
    [{ mode: "deadband", deadband: 2, deadbandType: "percent", heartbeat: "1m" }, "changes > 2 %, at least every 60 s"],
    [{ mode: "range", min: 1, max: 2 }, "1 … 2"],
    [{ mode: "range", min: 1, pass: "outside" }, "outside ≥ 1"],
    [{ mode: "rateLimit", count: 5, per: "1m" }, "5 per 60 s"],
    [{ mode: "consecutive", count: 3, expression: "value > 1" }, "value > 1, 3 times in a row"],
    [{ mode: "pattern", pattern: "b*" }, "key like b*"],
    [{ mode: "outlier" }, "within 2 σ of the last 20"],
  ])("says on its card what it does: %o", (config, line) => {
    expect(filter.line?.(filter.config.parse(config))).toBe(line);
  });

  test("what a mode needs is asked for when it is missing or makes no sense", () => {
    expect(issues({ mode: "expression" })).toEqual(['expression: write a condition, for example "value > 40"']);
    expect(issues({ mode: "range" })).toEqual(["min: set at least one end of the range"]);
    expect(issues({ mode: "range", min: 3, max: 1 })).toEqual([
      "max: must not be less than 3, the other end of the range",
    ]);
    expect(issues({ mode: "rateOfChange" })).toHaveLength(1);
    expect(issues({ mode: "pattern" })).toHaveLength(1);
    expect(issues({ mode: "outlier", minSamples: 30 })).toHaveLength(1);
    expect(issues({ mode: "expression", expression: "value * 2" })[0]).toMatch(/^expression: is a number, not a cond/);
    expect(issues({ mode: "null", what: 1 })).toHaveLength(1);
  });
});

describe("expression", () => {
  test("R013 a field that a point lacks does not meet a condition; a kind that does not fit fails", () => {
    const config = { mode: "expression", expression: 'tags.line == "a" || value * 2 > 10' };
    expect(ports(config, [{ value: 6 }, { value: 4 }, { value: 4, tags: { line: "a" } }])).toEqual([
      "out",
      "rejected",
      "out",
    ]);
    expect(ports(config, [{ value: "text" }])).toEqual(["failed"]);
  });
});

describe("range", () => {
  test("R013 inside and outside are each other's opposite", () => {
    fc.assert(
      fc.property(finite, finite, finite, (value, a, b) => {
        const bounds = { mode: "range", min: Math.min(a, b), max: Math.max(a, b) };
        const inside = portsOf({ ...bounds, pass: "inside" }, [value]);
        expect(inside).toEqual([bounds.min <= value && value <= bounds.max ? "out" : "rejected"]);
        expect(portsOf({ ...bounds, pass: "outside" }, [value])).not.toEqual(inside);
      }),
    );
  });
});

describe("deadband", () => {
  const passedOf = (config: Config, values: readonly number[]) =>
    values.filter((_, index) => portsOf(config, values)[index] === "out");

  test("R013 never lets a change of the band or less through, and loses no larger one", () => {
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 1, maxLength: 30 }),
        fc.double({ noNaN: true, min: 0, max: 100 }),
        (values, band) => {
          const out = portsOf({ mode: "deadband", deadband: band }, values);
          let last: number | undefined;
          values.forEach((value, index) => {
            const far = last === undefined || Math.abs(value - last) > band;
            expect(out[index]).toBe(far ? "out" : "rejected");
            if (far) last = value;
          });
        },
      ),
    );
  });

  test("filtering what was filtered changes nothing", () => {
    fc.assert(
      fc.property(
        fc.array(reading, { maxLength: 30 }),
        fc.double({ noNaN: true, min: 0, max: 50 }),
        (values, deadband) => {
          for (const deadbandType of ["absolute", "percent"]) {
            const config = { mode: "deadband", deadband, deadbandType };
            const once = passedOf(config, values);
            expect(passedOf(config, once)).toEqual(once);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("percent is of the last value that passed, also below zero", () => {
    const config = { mode: "deadband", deadband: 10, deadbandType: "percent" };
    expect(portsOf(config, [-100, -109, -111, -120, 0, 0.1])).toEqual([
      "out",
      "rejected",
      "out",
      "rejected",
      "out",
      "out",
    ]);
  });

  test("a change of quality, a text and a switch pass when they change", () => {
    const config = { mode: "deadband", deadband: 5 };
    expect(ports(config, [{ value: 1 }, { value: 1, quality: 2 }, { value: 1, quality: 2 }])).toEqual([
      "out",
      "out",
      "rejected",
    ]);
    expect(portsOf(config, ["on", "on", "off", true, true, false, 3])).toEqual([
      "out",
      "rejected",
      "out",
      "out",
      "rejected",
      "out",
      "out",
    ]);
  });

  test("a heartbeat goes by the points' time, also when a device's clock is set back", () => {
    const at = (timestamp: string) => ({ value: 1, timestamp: `2026-01-01T${timestamp}Z` });
    const points = [at("12:00:00"), at("12:00:59"), at("12:01:00"), at("12:01:30"), at("03:00:00"), at("03:00:01")];
    expect(ports({ mode: "deadband", heartbeat: "1m" }, points)).toEqual([
      "out",
      "rejected",
      "out",
      "rejected",
      "out",
      "rejected",
    ]);
  });
});

describe("duplicate", () => {
  test("R013 rejects the same value within the window, counted from the last that passed", () => {
    expect(portsOf({ mode: "duplicate", window: "3s" }, [1, 1, 1, 1, 1, 2, 1])).toEqual([
      "out",
      "rejected",
      "rejected",
      "out",
      "rejected",
      "out",
      "out",
    ]);
  });

  test("keeps values that a device saved up, and compares composite values by what is in them", () => {
    const filtering = run({ mode: "duplicate", window: "10s" });
    const saved = [0, 20, 25].map((second) =>
      filtering.point({
        value: { x: 1, y: 2, z: 3 },
        timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
      }),
    );
    expect(saved.map(([emitted]) => emitted?.port)).toEqual(["out", "out", "rejected"]);
  });

  test("another quality is no repetition; a time that is none fails", () => {
    expect(ports({ mode: "duplicate" }, [{ value: 1 }, { value: 1, quality: 4 }])).toEqual(["out", "out"]);
    expect(ports({ mode: "duplicate" }, [{ value: 1 }, { value: 1, timestamp: "yesterday" }])).toEqual([
      "out",
      "failed",
    ]);
  });
});

describe("rate limit", () => {
  test("R013 lets the first points of each time through, for each series", () => {
    const config = { mode: "rateLimit", count: 2, per: "10s" };
    expect(portsOf(config, [1, 2, 3, 4, 5], 4_000)).toEqual(["out", "out", "rejected", "out", "out"]);
    expect(ports(config, [{}, {}, {}, { key: "pressure" }, { device_id: "d2" }], 1)).toEqual([
      "out",
      "out",
      "rejected",
      "out",
      "out",
    ]);
  });

  test("never lets more than count through in any time, however they come", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5 }), (steps, count) => {
        const filtering = run({ mode: "rateLimit", count, per: "1s" });
        const passedAt: number[] = [];
        for (const step of steps) {
          filtering.clock.advance(step);
          if (filtering.point({})[0]?.port === "out") passedAt.push(filtering.clock.monotonic());
        }
        // Two times can touch, so any one second holds the points of two of them at most.
        for (const start of passedAt)
          expect(passedAt.filter((at) => at >= start && at < start + 1_000).length).toBeLessThanOrEqual(2 * count - 1);
      }),
    );
  });
});

describe("rate of change", () => {
  const config = { mode: "rateOfChange", maxPerSecond: 2 };

  test("R013 rejects a jump, and believes a step once enough time has gone by", () => {
    expect(portsOf(config, [20, 22, 25, 22, 30, 30, 30, 30])).toEqual([
      "out",
      "out",
      "rejected",
      "out",
      "rejected",
      "rejected",
      "rejected",
      "out",
    ]);
  });

  test("two values at one time pass only when they are the same, and late points do not count", () => {
    const at = (second: number, value: number) => ({ value, timestamp: new Date(1e12 + second * 1000).toISOString() });
    expect(ports(config, [at(10, 20), at(10, 20), at(10, 21), at(5, 12), at(11, 22)])).toEqual([
      "out",
      "out",
      "rejected",
      "out",
      "out",
    ]);
  });
});

describe("quality, pattern, null, stale", () => {
  test("R013 quality passes what is listed", () => {
    const points = [0, 1, 192].map((quality) => ({ quality }));
    expect(ports({ mode: "quality" }, points)).toEqual(["out", "rejected", "rejected"]);
    expect(ports({ mode: "quality", allowed: [0, 192] }, points)).toEqual(["out", "rejected", "out"]);
  });

  test("a pattern looks at the key, the device or a text", () => {
    expect(ports({ mode: "pattern", pattern: "temp*" }, [{}, { key: "pressure" }])).toEqual(["out", "rejected"]);
    const config = { mode: "pattern", field: "value", pattern: "*error*" };
    expect(portsOf(config, ["an error 7", "fine", 7])).toEqual(["out", "rejected", "failed"]);
  });

  test("a pattern tells what can leave before anything runs", () => {
    const scope = (config: Config, keys?: readonly string[]) =>
      filter.scope?.(filter.config.parse({ mode: "pattern", ...config }), { keys });
    expect(scope({ pattern: "temp*" }, ["temp_1", "flow"])).toMatchObject({ keys: ["temp_1"] });
    expect(scope({ pattern: "temp*" })?.keys).toBeUndefined();
    expect(scope({ pattern: "flow" })?.keys).toEqual(["flow"]);
    expect(scope({ pattern: "d1", field: "device_id" }, ["flow"])).toEqual({ keys: ["flow"], devices: ["d1"] });
  });

  test("null rejects what is no value", () => {
    expect(portsOf({ mode: "null" }, [0, false, "", null, undefined, Number.NaN])).toEqual([
      "out",
      "out",
      "out",
      "rejected",
      "rejected",
      "rejected",
    ]);
  });

  test("stale goes by the gateway's clock", () => {
    const filtering = run({ mode: "stale", olderThan: "10s" });
    const timestamp = new Date(filtering.clock.now()).toISOString();
    filtering.clock.advance(10_000);
    expect(filtering.point({ timestamp })[0]?.port).toBe("out");
    filtering.clock.advance(1);
    expect(filtering.point({ timestamp })[0]?.port).toBe("rejected");
  });
});

describe("outlier", () => {
  const config = { mode: "outlier", windowSize: 5, threshold: 2, minSamples: 3 };

  test("R013 rejects a value beyond the threshold of the sample standard deviation, and does not learn from it", () => {
    // 1, 2, 3: mean 2, sample standard deviation 1, so beyond 4 is too far. With 4 in, the mean is 2.5.
    expect(portsOf(config, [1, 2, 3, 4.1, 4.1, 4, 5])).toEqual([
      "out",
      "out",
      "out",
      "rejected",
      "rejected",
      "out",
      "out",
    ]);
  });

  test("judges nobody before it has enough values", () => {
    expect(portsOf(config, [1, 900, -50])).toEqual(["out", "out", "out"]);
  });

  test("follows a value that has moved, after a window full of outliers", () => {
    expect(portsOf(config, [1, 1, 1, 9, 9, 9, 9, 9, 9])).toEqual([
      ...["out", "out", "out"],
      ...["rejected", "rejected", "rejected", "rejected"],
      ...["out", "out"],
    ]);
  });

  test("values that stand still may wobble within the least deviation", () => {
    const still = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.11];
    expect(portsOf({ ...config, threshold: 0.5 }, still).at(-1)).toBe("rejected");
    expect(portsOf({ ...config, threshold: 0.5 }, still).slice(0, -1)).not.toContain("rejected");
    expect(portsOf({ ...config, minDeviation: 0.02 }, still)).not.toContain("rejected");
  });
});

describe("consecutive", () => {
  test("R013 passes from the count-th point in a row on, for each series", () => {
    const config = { mode: "consecutive", count: 3, expression: "value > 80" };
    expect(portsOf(config, [81, 82, 83, 84, 79, 81, 82, 83])).toEqual([
      ...["rejected", "rejected", "out", "out", "rejected"],
      ...["rejected", "rejected", "out"],
    ]);
    const points = [{}, { key: "other" }, {}, {}].map((point) => ({ value: 81, ...point }));
    expect(ports(config, points)).toEqual(["rejected", "rejected", "rejected", "out"]);
  });
});

test("what a filter remembers is bounded: the oldest series is forgotten", () => {
  const config = { mode: "duplicate", window: "1h", maxSeries: 2 };
  const keys = ["a", "b", "a", "c", "b", "a"].map((key) => ({ key, value: 1 }));
  expect(ports(config, keys)).toEqual(["out", "out", "rejected", "out", "rejected", "out"]);
});
