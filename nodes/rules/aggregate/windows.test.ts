/** Every window and every function against the definitions, worked out from all points at once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ManualClock, runOperator } from "../../contract/testing.ts";
import aggregate from "./aggregate.node.ts";
import { functionNames, type Scalar, type Span } from "./functions.ts";
import { type NaivePoint, naive } from "./naive.ts";

const startMs = Date.UTC(2026, 0, 1);
const limits = { upper: 50, lower: -20, outlierThreshold: 1.5 };
const config = { functions: functionNames, state: "value > 10", idleTimeout: "1h", ...limits };

/** Whole and half values over whole and half seconds, so that many are equal and none needs more than 53 bits. */
const points = fc
  .array(
    fc.record({
      gapMs: fc.constantFrom(0, 500, 1_000, 2_500, 7_000, 31_000),
      value: fc.integer({ min: -200, max: 200 }).map((half) => half / 2),
      isGood: fc.boolean(),
      isNull: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let atMs = startMs;
    return steps.map(({ gapMs, value, isGood, isNull }) => {
      atMs += gapMs;
      return { atMs, value, isGood, isIn: value > 10, isNull };
    });
  });
type Given = NaivePoint & { readonly isNull: boolean };

interface Result extends Span {
  readonly functions: Readonly<Record<string, Scalar>>;
  readonly count: number;
}

/** What the node tells of the points. With `restarts`, it is saved and begun anew before each of these points. */
function told(given: readonly Given[], more: object, restarts: readonly number[] = []): Result[] {
  const clock = new ManualClock(startMs);
  const all = { ...config, ...more };
  let run = runOperator(aggregate, all, clock);
  const results: Result[] = [];
  const take = () => {
    for (const { port, point } of run.emitted.splice(0)) {
      if (port !== "out") continue;
      const { functions, count, start, end } = point as unknown as Result & { start: string; end: string };
      results.push({ functions, count, startMs: Date.parse(start), endMs: Date.parse(end) });
    }
  };
  given.forEach(({ atMs, value, isGood, isNull }, index) => {
    if (restarts.includes(index)) {
      const saved = run.save();
      run.operator.close?.();
      run = runOperator(aggregate, all, clock, saved);
    }
    clock.advance(atMs - clock.now());
    run.point({ value: isNull ? null : value, quality: isGood ? 0 : 3 });
    take();
  });
  run.save();
  run.operator.close?.();
  return results;
}

function near(one: Readonly<Record<string, Scalar>>, other: Readonly<Record<string, Scalar>>): void {
  for (const [name, expected] of Object.entries(other)) {
    const actual = one[name];
    if (typeof expected !== "number" || typeof actual !== "number") expect([name, actual]).toEqual([name, expected]);
    else if (Math.abs(actual - expected) > 1e-6 * Math.max(1, Math.abs(expected)))
      expect([name, actual]).toEqual([name, expected]);
  }
}

interface Expected {
  readonly span: Span;
  readonly inside: (point: Given) => boolean;
  /** What held before the window counts. */
  readonly carries: boolean;
}

function check(
  results: readonly Result[],
  given: readonly Given[],
  windows: readonly Expected[],
  onLine = false,
): void {
  const expected = windows
    .map(({ span, inside, carries }) => {
      const all = given.filter(inside);
      const valued = all.filter(({ isNull }) => !isNull);
      const before = carries ? given.filter(({ isNull, atMs }) => !isNull && atMs < span.startMs).at(-1) : undefined;
      return { span, valued, missing: all.length - valued.length, before };
    })
    .filter(({ valued, missing }) => valued.length + missing > 0);
  expect(results.map(({ startMs: start, endMs: end, count }) => ({ start, end, count }))).toEqual(
    expected.map(({ span, valued }) => ({ start: span.startMs, end: span.endMs, count: valued.length })),
  );
  expected.forEach(({ span, valued, missing, before }, index) => {
    if (valued.length === 0) return;
    near(results[index]?.functions ?? {}, naive(valued, missing, span, before, { ...limits, onLine }));
  });
}

const within =
  ({ startMs: start, endMs: end }: Span) =>
  ({ atMs }: Given) =>
    atMs >= start && atMs < end;

/** All windows of a grid that end by the last point. */
function grid(given: readonly Given[], sizeMs: number, everyMs: number, onlyFrom = given[0]?.atMs ?? 0): Expected[] {
  const lastMs = given.at(-1)?.atMs ?? 0;
  const windows: Expected[] = [];
  for (let endMs = Math.floor(onlyFrom / everyMs) * everyMs + everyMs; endMs <= lastMs; endMs += everyMs) {
    const span = { startMs: endMs - sizeMs, endMs };
    windows.push({ span, inside: within(span), carries: true });
  }
  return windows;
}

describe("R014 against an independent calculation", () => {
  test("tumbling windows", () => {
    fc.assert(fc.property(points, (given) => check(told(given, { size: "10s" }), given, grid(given, 10_000, 10_000))));
  });

  test("values on the line between points", () => {
    fc.assert(
      fc.property(points, (given) =>
        check(told(given, { size: "10s", between: "line" }), given, grid(given, 10_000, 10_000), true),
      ),
    );
  });

  test("hopping windows, also when the length is no multiple of the step", () => {
    fc.assert(
      fc.property(points, fc.constantFrom(5_000, 4_000, 10_000), (given, everyMs) =>
        check(
          told(given, { window: "hopping", size: "10s", every: `${everyMs}ms` }),
          given,
          grid(given, 10_000, everyMs),
        ),
      ),
    );
  });

  test("sliding windows", () => {
    fc.assert(
      fc.property(points, (given) => {
        const windows = given.flatMap((newest, index): Expected[] => {
          if (newest.isNull) return [];
          const span = { startMs: newest.atMs - 10_000, endMs: newest.atMs };
          const inside = (point: Given) => point.atMs > span.startMs && given.indexOf(point) <= index;
          return [{ span, inside, carries: false }];
        });
        // What held before a sliding window is the newest point that is no longer in it, also one at its very start.
        const results = told(given, { window: "sliding", size: "10s" });
        const timed = new Set(["time_weighted_avg", "integral", "duration_in_state"]);
        const plain = results.map((result) => ({
          ...result,
          functions: Object.fromEntries(Object.entries(result.functions).filter(([name]) => !timed.has(name))),
        }));
        expect(plain).toHaveLength(windows.length);
        windows.forEach(({ span, inside }, index) => {
          const all = given.filter(inside);
          const valued = all.filter(({ isNull }) => !isNull);
          const left = given.filter((point) => !point.isNull && point.atMs <= span.startMs).at(-1);
          const expected = naive(valued, all.length - valued.length, span, left, { ...limits, onLine: false });
          near(results[index]?.functions ?? {}, expected);
        });
      }),
    );
  });

  test("windows of so many points, one after the other and overlapping", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), (all, count, step) => {
        const given = all.filter(({ isNull }) => !isNull);
        if (given.length === 0 || step > count) return;
        const windows: Expected[] = [];
        let since = 0;
        given.forEach((newest, index) => {
          since++;
          const isTold = step === count ? since === count : index >= count - 1 && since >= step;
          if (!isTold) return;
          since = 0;
          const inside = (point: Given) => {
            const at = given.indexOf(point);
            return at <= index && at > index - count;
          };
          const oldest = given[index - count + 1] ?? newest;
          windows.push({ span: { startMs: oldest.atMs, endMs: newest.atMs }, inside, carries: false });
        });
        check(told(given, { window: "count", count, ...(step === count ? {} : { step }) }), given, windows);
      }),
    );
  });

  test("sessions", () => {
    fc.assert(
      fc.property(points, (all) => {
        const given = all.filter(({ isNull }) => !isNull);
        if (given.length === 0) return;
        const sessions: Given[][] = [];
        for (const point of given) {
          const last = sessions.at(-1)?.at(-1);
          if (last === undefined || point.atMs - last.atMs >= 5_000) sessions.push([point]);
          else sessions.at(-1)?.push(point);
        }
        const windows = sessions.slice(0, -1).map((inside): Expected => {
          const span = { startMs: inside[0]?.atMs ?? 0, endMs: inside.at(-1)?.atMs ?? 0 };
          return { span, inside: (point) => inside.includes(point), carries: false };
        });
        check(told(given, { window: "session", gap: "5s" }), given, windows);
      }),
    );
  });

  test("while a condition holds", () => {
    fc.assert(
      fc.property(points, (all) => {
        const given = all.filter(({ isNull }) => !isNull);
        if (given.length === 0) return;
        const windows: Expected[] = [];
        let open: Given[] = [];
        for (const point of given) {
          if (point.isIn) open.push(point);
          else if (open.length > 0) {
            const inside = open;
            const span = { startMs: inside[0]?.atMs ?? 0, endMs: point.atMs };
            windows.push({ span, inside: (other) => inside.includes(other), carries: false });
            open = [];
          }
        }
        check(told(given, { window: "state", begin: "value > 10" }), given, windows);
      }),
    );
  });

  test("since the beginning", () => {
    fc.assert(
      fc.property(points, (all) => {
        const given = all.filter(({ isNull }) => !isNull);
        if (given.length === 0) return;
        const windows = given.map((newest, index): Expected => {
          const span = { startMs: given[0]?.atMs ?? 0, endMs: newest.atMs };
          return { span, inside: (point) => given.indexOf(point) <= index, carries: false };
        });
        check(told(given, { window: "cumulative" }), given, windows);
      }),
    );
  });
});

describe("a restart in the middle of a window changes no result", () => {
  const kinds: readonly object[] = [
    { size: "10s" },
    { size: "10s", empty: "previous" },
    { size: "10s", lateness: "3s" },
    { size: "10s", time: "processing" },
    { window: "hopping", size: "10s", every: "4s" },
    { window: "sliding", size: "10s" },
    { window: "count", count: 4 },
    { window: "count", count: 4, step: 3 },
    { window: "calendar", calendar: "hour" },
    { window: "session", gap: "5s" },
    { window: "state", begin: "value > 10", end: "value < 0" },
    { window: "cumulative" },
  ];
  test.each(kinds)("%o", (kind) => {
    fc.assert(
      fc.property(points, fc.array(fc.nat(60), { maxLength: 5 }), (given, restarts) => {
        const [with_, without] = [told(given, kind, restarts), told(given, kind)];
        expect(with_.map(({ functions: _, ...rest }) => rest)).toEqual(
          without.map(({ functions: _, ...rest }) => rest),
        );
        without.forEach(({ functions }, index) => {
          near(with_[index]?.functions ?? {}, functions);
        });
      }),
      { numRuns: 30 },
    );
  });
});
