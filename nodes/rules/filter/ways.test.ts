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

describe("what can be set for a way to filter", () => {
  test("the ends of a range belong to it unless said otherwise", () => {
    const ends = { mode: "range", min: 0, max: 10 };
    expect(portsOf(ends, [0, 10])).toEqual(["out", "out"]);
    const open = { ...ends, minIncluded: false, maxIncluded: false };
    expect(portsOf(open, [0, 0.1, 10])).toEqual(["rejected", "out", "rejected"]);
    expect(portsOf({ ...open, pass: "outside" }, [0, 0.1, 10])).toEqual(["out", "rejected", "out"]);
    expect(reason(open, { value: 0 })).toBe("not above 0");
    expect(filter.line?.(filter.config.parse(open))).toBe("> 0 and < 10");
  });

  test("R013 a point that lacks what the condition is about is rejected, passes or fails, as stated", () => {
    const missing = (policy: string) => {
      const [emitted] = run({ mode: "expression", expression: 'tags.line != "a"', missing: policy }).point({});
      return [emitted?.port, emitted?.emission.reason];
    };
    expect(missing("reject")).toEqual(["rejected", 'not tags.line != "a"']);
    expect(missing("pass")).toEqual(["out", "passed, since it lacks what the condition is about"]);
    expect(missing("fail")).toEqual(["failed", "missing_field: this point has no tags.line"]);
    for (const policy of ["pass", "fail"])
      expect(
        ports({ mode: "expression", expression: "value > 1", missing: policy }, [{ value: 2 }, { value: 1 }]),
      ).toEqual(["out", "rejected"]);
  });

  test("R013 a deadband in percent of the span does not depend on the value", () => {
    const config = { mode: "deadband", deadband: 1, deadbandType: "percentOfSpan", span: 200 };
    expect(portsOf(config, [0, 2, 2.1, 100, 102, 102.5])).toEqual([
      ...["out", "rejected", "out"],
      ...["out", "rejected", "out"],
    ]);
    expect(issues({ ...config, span: undefined })).toEqual(["span: write the span that the percentage is of"]);
  });

  test("a late point says so or is rejected, and the newest stays what others are compared with", () => {
    const at = (second: number, value: number) => ({ value, timestamp: new Date(1e12 + second * 1_000).toISOString() });
    const points = [at(10, 20), at(5, 50), at(11, 20.5), at(12, 22)];
    const config = { mode: "deadband", deadband: 1 };
    expect(ports(config, points)).toEqual(["out", "out", "rejected", "out"]);
    expect(ports({ ...config, late: "reject" }, points)).toEqual(["out", "rejected", "rejected", "out"]);
    expect(reason(config, at(10, 20), at(5, 50))).toBe("late: older than the last one");
  });

  test("R013 what comes twice is known by value and time, or by what an expression names", () => {
    const at = (second: number, value: unknown) => ({
      value,
      timestamp: new Date(1e12 + second * 1_000).toISOString(),
    });
    const again = [at(1, 5), at(2, 5), at(1, 5), at(1, 6)];
    expect(ports({ mode: "duplicate", sameBy: "sample", window: "1h" }, again)).toEqual([
      "out",
      "out",
      "rejected",
      "out",
    ]);
    const config = { mode: "duplicate", sameBy: "identity", identity: "point.id", window: "3s" };
    expect(ports(config, [{ id: "a" }, { id: "b" }, { id: "a", key: "k" }, { id: "a" }, {}])).toEqual([
      ...["out", "out", "rejected"],
      ...["out", "failed"],
    ]);
    expect(issues({ ...config, identity: undefined })).toHaveLength(1);
  });

  test("R013 a pattern can be a regular expression, and look at a tag", () => {
    const config = { mode: "pattern", patternType: "regex", pattern: "^t(emp)?[0-9]+$" };
    expect(ports(config, [{ key: "t1" }, { key: "temp22" }, { key: "temp" }])).toEqual(["out", "out", "rejected"]);
    const tagged = { mode: "pattern", field: "tag", tag: "line", pattern: "a*" };
    expect(ports(tagged, [{ tags: { line: "a1" } }, { tags: { line: "b" } }, {}])).toEqual([
      "out",
      "rejected",
      "failed",
    ]);
    expect(issues({ ...config, pattern: "(" })[0]).toMatch(/^pattern: is no regular expression/);
    expect(issues({ ...config, pattern: "(a)\\1" })[0]).toMatch(/^pattern: is no regular expression/);
    expect(issues({ ...tagged, tag: undefined })).toHaveLength(1);
  });

  test("a regular expression that would take a backtracking engine for ever answers at once", () => {
    const config = { mode: "pattern", field: "value", patternType: "regex", pattern: "^(a+)+$" };
    expect(portsOf(config, [`${"a".repeat(50_000)}!`])).toEqual(["rejected"]);
  });

  test("R013 a condition can look at the point before, of the same series", () => {
    const at = (second: number, value: unknown, key = "k") => ({
      key,
      value,
      timestamp: new Date(1e12 + second * 1_000).toISOString(),
    });
    const points = [at(0, 1), at(1, 7), at(2, 8), at(2, 90, "other"), at(6, 20), at(7, "text"), at(8, 20)];
    const config = (expression: string) => ({ mode: "expression", expression });
    expect(ports(config("delta > 5"), points)).toEqual([
      ...["rejected", "out", "rejected", "rejected"],
      ...["out", "rejected", "rejected"],
    ]);
    // 12 in four seconds.
    expect(ports(config("rate == 3"), points).indexOf("out")).toBe(4);
    expect(ports(config("previous.value == 8 && previous.timestamp_ms + 4000 == timestamp_ms"), points)).toEqual([
      ...["rejected", "rejected", "rejected", "rejected"],
      ...["out", "rejected", "rejected"],
    ]);
    expect(issues({ mode: "consecutive", count: 2, expression: "delta > 1" })).toHaveLength(1);
  });
});
