/** Functions on times, lists, vectors and places, against calculations made another way. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageError } from "../contract/errors.ts";
import { fillPoint, ManualClock } from "../contract/testing.ts";
import { compileExpression } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";

const evaluate = (source: string, value: unknown = null) =>
  compileExpression(source).evaluate(fillPoint({ value }, new ManualClock()));
const failure = (source: string, value: unknown = null) => {
  try {
    evaluate(source, value);
  } catch (error) {
    if (error instanceof MessageError || error instanceof ExpressionError) return error.message;
    throw error;
  }
  throw new Error(`${source} has a value`);
};

const number = fc.integer({ min: -1_000, max: 1_000 }).map((n) => n / 8);
const numbers = fc.array(number, { minLength: 2, maxLength: 20 });
const triple = fc.tuple(number, number, number);

describe("lists", () => {
  test.each<[string, unknown, unknown]>([
    ["sum(value)", [], 0],
    ["avg(value)", [1, 2, 6], 3],
    ["median(value)", [9, 1, 2], 2],
    ["median(value)", [4, 1, 2, 3], 2.5],
    ["variance(value)", [2, 4, 4, 4, 5, 5, 7, 9], 32 / 7],
    ["stddev(value)", [1, 2, 3], 1],
    // Numpy: percentile([15, 20, 35, 40, 50], 40) is 29.
    ["percentile(value, 40)", [15, 20, 35, 40, 50], 29],
    ["percentile(value, 100)", [15, 20, 50], 50],
    ["first(value) + last(value)", [1, 2, 6], 7],
    ["slice(value, 1)", [1, 2, 6], [2, 6]],
    ["value.slice(-2, -1)", [1, 2, 6], [2]],
    ["sort(value)", [10, 9, 1], [1, 9, 10]],
    ["diff(value)", [1, 4, 2], [3, -2]],
    ["movingAverage(value, 2)", [1, 3, 8], [2, 5.5]],
    ["movingAverage(value, 4)", [1, 3, 8], []],
    ["max(value) - min(value)", { values: [3, 9, 4] }, 6],
    [
      "avg(value)",
      {
        values: [
          [1, 2],
          [3, 6],
        ],
        rows: 2,
        cols: 2,
      },
      3,
    ],
    ["trend(value)", { timestamps: [1_000, 2_000, 3_000], values: [5, 7, 9] }, 2],
    ["trend(value)", { timestamps: ["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"], values: [0, 30] }, 0.5],
  ])("%s of %o is %o", (source, value, expected) => {
    expect(evaluate(source, value)).toEqual(expected);
  });

  test("spread and middle do not depend on the order, and move with the numbers", () => {
    fc.assert(
      fc.property(numbers, number, (list, by) => {
        const of = (source: string, value: readonly number[]) => Number(evaluate(source, value));
        const moved = list.map((item) => item + by).reverse();
        expect(of("stddev(value)", moved)).toBeCloseTo(of("stddev(value)", list), 6);
        expect(of("median(value)", moved)).toBeCloseTo(of("median(value)", list) + by, 6);
        expect(of("percentile(value, 0)", list)).toBe(Math.min(...list));
        expect(of("sum(diff(value))", list)).toBeCloseTo((list.at(-1) ?? 0) - (list[0] ?? 0), 6);
        expect(of("last(movingAverage(value, 2))", list)).toBeCloseTo(((list.at(-1) ?? 0) + (list.at(-2) ?? 0)) / 2, 6);
      }),
    );
  });

  test("what is no list of numbers is refused with what it is", () => {
    expect(failure("avg(value)", [])).toBe("avg needs at least one number, not a list");
    expect(failure("sum(value)", "12")).toBe('sum needs a list of numbers, not the text "12"');
    expect(failure("sum(value)", [1, "2"])).toBe('sum needs numbers only, not the text "2"');
    expect(failure("stddev(value)", [1])).toContain("at least 2 numbers");
    expect(failure("percentile(value, 101)", [1])).toContain("from 0 to 100");
    expect(failure("trend(value)", [1, 2])).toContain("as many timestamps as values");
  });
});

describe("vectors and matrices", () => {
  test.each<[string, unknown, unknown]>([
    ["magnitude(value)", { x: 2, y: 3, z: 6 }, 7],
    ["magnitude(value)", { values: [3, 4] }, 5],
    ["dot(value, [1, 2, 3])", { x: 4, y: 5, z: 6 }, 32],
    ["cross(value, [0, 1, 0])", [1, 0, 0], [0, 0, 1]],
    ["cross(value, [0, 1, 0])", { x: 1, y: 0, z: 0 }, { x: 0, y: 0, z: 1 }],
    ["normalize(value)", [0, 5], [0, 1]],
    ["angle(value, [1, 0])", [0, 2], 90],
    ["distance(value, [1, 1])", [4, 5], 5],
    [
      "trace(value)",
      [
        [1, 2],
        [3, 4],
      ],
      5,
    ],
    [
      "determinant(value)",
      [
        [1, 2],
        [3, 4],
      ],
      -2,
    ],
    ["determinant(value)", { values: [0, 1, 1, 0], rows: 2, cols: 2 }, -1],
    [
      "determinant(value)",
      [
        [2, 0, 0],
        [0, 3, 0],
        [0, 0, 4],
      ],
      24,
    ],
    [
      "determinant(value)",
      [
        [1, 2],
        [2, 4],
      ],
      0,
    ],
  ])("%s of %o is %o", (source, value, expected) => {
    expect(evaluate(source, value)).toEqual(expected);
  });

  test("the vector product stands upright on both, and is as long as the area between them", () => {
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        const of = (source: string) => Number(evaluate(source, { a, b }));
        expect(of("dot(cross(value.a, value.b), value.a)")).toBeCloseTo(0, 3);
        const lengths = of("dot(value.a, value.a)") * of("dot(value.b, value.b)") - of("dot(value.a, value.b)") ** 2;
        expect(of("dot(cross(value.a, value.b), cross(value.a, value.b))") / Math.max(1, lengths)).toBeCloseTo(
          lengths / Math.max(1, lengths),
          6,
        );
      }),
    );
  });

  test("a determinant of three rows agrees with the rule of Sarrus", () => {
    fc.assert(
      fc.property(triple, triple, triple, ([a, b, c], [d, e, f], [g, h, i]) => {
        const sarrus = a * e * i + b * f * g + c * d * h - c * e * g - b * d * i - a * f * h;
        const matrix = [
          [a, b, c],
          [d, e, f],
          [g, h, i],
        ];
        expect(Number(evaluate("determinant(value)", matrix))).toBeCloseTo(sarrus, 4);
      }),
    );
  });

  test("what does not fit is refused", () => {
    expect(failure("magnitude(value)", { x: 1 })).toContain("a vector, {x, y, z} or a list of numbers");
    expect(failure("dot(value, [1, 2])", [1])).toContain("of the same length (they have 1 and 2)");
    expect(failure("normalize(value)", [0, 0])).toContain("a vector that has a length");
    expect(
      failure("trace(value)", [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toContain("as many rows as columns");
    const large = Array.from({ length: 40 }, (_, row) => Array.from({ length: 40 }, (_, column) => row * column));
    expect(failure("determinant(value)", large)).toContain("32 rows at most");
  });
});

describe("places", () => {
  const [zurich, newYork] = [
    { latitude: 47.3769, longitude: 8.5417 },
    { latitude: 40.7128, longitude: -74.006 },
  ];
  const place = fc.record({
    latitude: fc.integer({ min: -89, max: 89 }),
    longitude: fc.integer({ min: -180, max: 180 }),
  });

  test("the distance is that of the law of cosines on the same sphere", () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const [p, q, turn] = [a.latitude, b.latitude, b.longitude - a.longitude].map((x) => (x * Math.PI) / 180) as [
          number,
          number,
          number,
        ];
        const cosine = Math.sin(p) * Math.sin(q) + Math.cos(p) * Math.cos(q) * Math.cos(turn);
        const expected = 6_371_008.8 * Math.acos(Math.min(1, Math.max(-1, cosine)));
        expect(Math.abs(Number(evaluate("geoDistance(value.a, value.b)", { a, b })) - expected)).toBeLessThan(1);
      }),
    );
  });

  test("one degree along the equator or a meridian is a 360th of the way round", () => {
    const degree = (2 * Math.PI * 6_371_008.8) / 360;
    expect(evaluate("geoDistance([0, 10], [0, 11])")).toBeCloseTo(degree, 3);
    expect(evaluate("geoDistance([50, 10], [51, 10])")).toBeCloseTo(degree, 3);
    expect(Number(evaluate("geoDistance(value.a, value.b)", { a: zurich, b: newYork })) / 1_000).toBeCloseTo(6_325, -1);
  });

  test.each<[string, number]>([
    ["geoBearing([0, 0], [1, 0])", 0],
    ["geoBearing([0, 0], [0, 1])", 90],
    ["geoBearing([1, 0], [0, 0])", 180],
    ["geoBearing([0, 0], [0, -1])", 270],
  ])("%s is %d", (source, expected) => {
    expect(evaluate(source)).toBeCloseTo(expected, 9);
  });

  test.each<[string, boolean]>([
    ["geoWithin([47, 8], [47, 8.01], 1000)", true],
    ["geoWithin([47, 8], [47, 8.02], 1000)", false],
    ["geoInside([1, 1], [[0, 0], [0, 2], [2, 2], [2, 0]])", true],
    ["geoInside([3, 1], [[0, 0], [0, 2], [2, 2], [2, 0]])", false],
    ["geoInside([-1, 1], [[0, 0], [0, 2], [2, 2], [2, 0]])", false],
    ["geoInside([0, 179.5], [[-1, 179], [1, 179], [1, -179], [-1, -179]])", true],
    ["geoInside([0, -179.5], [[-1, 179], [1, 179], [1, -179], [-1, -179]])", true],
    ["geoInside([0, 178], [[-1, 179], [1, 179], [1, -179], [-1, -179]])", false],
    ["geoIsValid([91, 0])", false],
    ["geoIsValid([90, 180])", true],
  ])("%s is %s", (source, expected) => {
    expect(evaluate(source)).toBe(expected);
  });

  test("what is no place is refused", () => {
    expect(failure("geoDistance(value, [0, 0])", { latitude: 100, longitude: 0 })).toContain("a place with a latitude");
    expect(failure("geoInside(value, [[0, 0], [1, 1]])", [0, 0])).toContain("at least three corners");
  });
});

describe("times", () => {
  test.each<[string, unknown]>([
    ["hour(timestamp)", 0],
    ['hour("2026-07-01T10:30:00Z", "Europe/Paris")', 12],
    ['hour("2026-01-01T10:30:00Z", "Europe/Paris")', 11],
    ['minute("2026-01-01T10:30:05Z", "Asia/Kathmandu")', 15],
    ['second("2026-01-01T10:30:05Z")', 5],
    ["weekday(timestamp)", 4],
    ['weekday("2026-01-04T23:30:00Z", "Europe/Paris")', 1],
    ['year("2026-01-01T03:00:00Z", "America/New_York")', 2025],
    ['month("2026-03-31T23:00:00Z", "Europe/Paris")', 4],
    ["day(timestamp_ms)", 1],
    ['toMs("1970-01-01T00:00:01Z")', 1_000],
    ['(toMs("2026-01-01T01:00:00Z") - timestamp_ms) / 60000', 60],
    ['formatTime(timestamp, "yyyy-MM-dd HH:mm", "Asia/Tokyo")', "2026-01-01 09:00"],
    ['parseTime("01.07.2026 12:00", "dd.MM.yyyy HH:mm", "Europe/Paris")', Date.UTC(2026, 6, 1, 10)],
  ])("%s is %s", (source, expected) => {
    expect(evaluate(source)).toBe(expected);
  });

  test("what is no time or no zone is refused, a zone in the source before anything runs", () => {
    expect(failure('hour("yesterday")')).toContain("hour needs a time");
    expect(failure("hour(value)", true)).toContain("hour needs a time");
    expect(failure("hour(timestamp, value)", "Mars")).toContain('"Mars" is not a time zone');
    expect(() => compileExpression('hour(timestamp, "Mars")')).toThrow(ExpressionError);
  });
});

describe("texts", () => {
  test.each<[string, unknown, unknown]>([
    ['double(extract(value, "[0-9.]+"))', "23.5 °C", 23.5],
    ['extract(value, "id=([a-z]+)")', "x id=abc y", "abc"],
    ['split(value, ";")', "a;b;;c", ["a", "b", "", "c"]],
    ['join(value, "-")', [1, "b", true], "1-b-true"],
  ])("%s of %o is %o", (source, value, expected) => {
    expect(evaluate(source, value)).toEqual(expected);
  });

  test("what a pattern does not find is missing", () => {
    expect(failure('extract(value, "[0-9]+")', "none")).toContain("this point has no");
    expect(() => compileExpression('extract(value, "(")')).toThrow(ExpressionError);
  });
});

test("a function on a list that is far too long is cut off, not waited for", () => {
  const long = Array.from({ length: 200_000 }, () => 1);
  for (const source of ["sort(value)", "sum(value)", "avg(value)", "diff(value)", "slice(value, 1)", "trend(value)"])
    expect(failure(source, long)).toContain("needs more than 100000 steps");
});
