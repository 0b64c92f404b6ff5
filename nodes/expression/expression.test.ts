import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageError } from "../contract/errors.ts";
import type { Point } from "../contract/point.ts";
import { fillPoint, ManualClock } from "../contract/testing.ts";
import { compileExpression } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";

const point = (fields: Partial<Point> = {}) => fillPoint(fields, new ManualClock());
const evaluate = (source: string, fields: Partial<Point> = {}) => compileExpression(source).evaluate(point(fields));
const holds = (source: string, fields: Partial<Point> = {}) => compileExpression(source).test(point(fields));

function problem(source: string, variables: readonly string[] = []): ExpressionError {
  try {
    compileExpression(source, variables);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${source} compiles`);
}

function failure(source: string, fields: Partial<Point> = {}): MessageError {
  try {
    evaluate(source, fields);
  } catch (error) {
    if (error instanceof MessageError) return error;
    throw error;
  }
  throw new Error(`${source} has a value`);
}

describe("numbers", () => {
  test.each([
    ["value * 2", 43],
    ["value > 21", true],
    ["1 / 2", 0.5],
    ["1 / 2 == 0.5", true],
    ["3 == 3.0", true],
    ["-value + 1", -20.5],
    ["7 % 4", 3],
    ["-7 % 4", -3],
    ["value % 2", 1.5],
    ["3 in [1, 2, 3.0]", true],
    ["21.5 in [21.5]", true],
    ["value > 20 ? 1 : 0.5", 1],
    ["2 * 3 + 4 == 10", true],
    ["0x10", 16],
    ["1e3", 1000],
    ["size(key) * 2", 22],
    ["int(value) / 2", 10.5],
    ["timestamp_ms - 1767225600000", 0],
  ])("%s is %s: there is one kind of number", (source, expected) => {
    expect(evaluate(source)).toBe(expected);
  });

  test("agree with JavaScript's doubles, whole or not, and are never BigInt", () => {
    const number = fc.double({ noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        const fields = { value: a, tags: {}, other: b };
        expect(evaluate("value + point.other", fields)).toBe(a + b);
        expect(evaluate("value * point.other - 1", fields)).toBe(a * b - 1);
        expect(evaluate("value / point.other", fields)).toBe(a / b);
        expect(evaluate("value < point.other", fields)).toBe(a < b);
        expect(evaluate("value == point.other", fields)).toBe(a === b);
      }),
    );
  });

  test("come as numbers when a device sent a BigInt", () => {
    expect(evaluate("value + 1", { value: 41n })).toBe(42);
    expect(evaluate("value", { value: 41n })).toBe(41);
    expect(evaluate("value[0]", { value: [41n] })).toBe(41);
    expect(evaluate("value.map(x, x)", { value: [41n] })).toEqual([41]);
  });
});

describe("what a point has", () => {
  test.each([
    ['key == "temperature" && device_id == "d1" && type == "float"', true],
    ['tags.line == "a" && tags["line"] == "a"', true],
    ["quality == 0", true],
    ['timestamp == "2026-01-01T00:00:00.000Z"', true],
    ['point.unit == "°C"', true],
    ["point.value", 21.5],
  ])("%s", (source, expected) => {
    expect(evaluate(source, { tags: { line: "a" }, unit: "°C" })).toBe(expected);
  });

  test("composite values are read by field and by index", () => {
    expect(evaluate("value.latitude + value.longitude", { value: { latitude: 50, longitude: 8 } })).toBe(58);
    expect(evaluate("value[1]", { value: [1, 2] })).toBe(2);
    expect(evaluate("value[0][1]", { value: [[1, 2]] })).toBe(2);
  });

  test("variables are handed in", () => {
    const compiled = compileExpression("value > limit", ["limit"]);
    expect(compiled.test(point(), { limit: 20 })).toBe(true);
    expect(compiled.test(point(), { limit: 30 })).toBe(false);
    expect(compiled.test(point())).toBe(false);
  });
});

describe("a missing field", () => {
  test.each([
    ['tags.line == "a"', false],
    ['tags.line != "a"', false],
    ['!(tags.line == "a")', false],
    ["value.latitude > 3", false],
    ["point.limit < value", false],
    ["tags.line", false],
    ['tags.line == "a" || value > 20', true],
    ['value > 20 || tags.line == "a"', true],
    ['tags.line == "a" && value > 20', false],
    ['has(tags.line) && tags.line == "a"', false],
    ["!has(tags.line)", true],
    ["double(tags.limit) * 2 > value", false],
    ['tags.line in ["a"]', false],
    ["value.exists(x, x > 3)", false],
  ])("makes the condition %s %s", (source, expected) => {
    expect(holds(source, { tags: {}, ...(source.includes("exists") ? { value: undefined } : {}) })).toBe(expected);
  });

  test.each([
    ["tags.limit", "this point has no tags.limit"],
    ["value.latitude * 2", "this point has no value.latitude"],
    ['tags.line == "a"', "this point has no tags.line"],
    ['upper(tags["line"])', 'this point has no tags["line"]'],
    ["value[3]", "this point has no value[3]"],
  ])("fails the calculation %s, and says which", (source, message) => {
    expect(failure(source)).toMatchObject({ type: "missing_field", message });
  });

  test("is never found on a prototype", () => {
    for (const source of ["point.constructor", 'point["__proto__"]', "value.constructor", "point.toString"])
      expect(failure(source, { value: {} }).type).toBe("missing_field");
  });
});

describe("different kinds", () => {
  test.each([
    ["value > 40", false],
    ["value < 40", false],
    ["value == 40", false],
    ["value != 40", true],
    ['value == "40"', true],
    ["value in [40]", false],
    ["value == null", false],
  ])('comparing the text "40": %s is %s', (source, expected) => {
    expect(holds(source, { value: "40" })).toBe(expected);
  });

  test.each([
    ["value * 2", 'value * 2 needs numbers, not the text "abc"'],
    ["value + 1", 'cannot add the text "abc" and the number 1 in value + 1; string(x) makes text of a value'],
    ["-value", '-value needs numbers, not the text "abc"'],
    ["abs(value)", 'abs(value) needs a number, not the text "abc"'],
    ["!value", 'value has to be true or false, not the text "abc"'],
    ["double(value)", 'a conversion to a number needs text such as 2.5, not the text "abc"'],
    ["value.all(x, x > 1)", 'value has to be a list, not the text "abc"'],
  ])("calculating with text fails: %s", (source, message) => {
    expect(failure(source, { value: "abc" })).toMatchObject({ type: "type_mismatch", message });
  });

  test("a condition that is neither true nor false fails", () => {
    expect(() => holds("value")).toThrow('"value" has to be true or false, but is the number 21.5');
    expect(holds("value", { value: true })).toBe(true);
    expect(holds("value", { value: false })).toBe(false);
  });
});

describe("functions", () => {
  test.each([
    ["abs(-2)", 2],
    ["min(3, 1, 2) + max([4, 9])", 10],
    ["round(2.5) + round(-2.5)", 0],
    ["round(21.456, 1)", 21.5],
    ["floor(-1.5)", -2],
    ["ceil(1.2)", 2],
    ["sqrt(16) + pow(2, 3)", 12],
    ["round(exp(log(5)), 9)", 5],
    ["log10(1000)", 3],
    ["sin(0) + cos(0) + tan(0)", 1],
    ["clamp(value, 0, 10)", 10],
    ["isNaN(0 / 0)", true],
    ["upper(key)", "TEMPERATURE"],
    ["key.upper().lower()", "temperature"],
    ['trim("  a ")', "a"],
    ['key.contains("per") && key.startsWith("temp") && key.endsWith("ture")', true],
    ['contains(key, "x")', false],
    ['replace("a.b.c", ".", "_")', "a_b_c"],
    ['substring("boiler-7", 0, 6)', "boiler"],
    ['substring("boiler-7", 7)', "7"],
    ['size("Käse") + size([1, 2]) + size({"a": 1})', 7],
    ['double("2.5") * 2', 5],
    ["int(-2.9)", -2],
    ["string(2.5) + string(3) + string(true)", "2.53true"],
    ['bool("true") && !bool(0)', true],
    ['matches(key, "^temp")', true],
    ['key.matches("per")', true],
    ['key.matches("^per")', false],
    ["[1, 2, 3].exists(x, x > 2) && [1, 2].all(x, x < 3)", true],
    ["[1, 2, 3].filter(x, x > 1).map(x, x * 10)", [20, 30]],
    ["[[1], [2]].all(row, row.exists(x, x > 0))", true],
    ['{"low": 1, "high": 2}.high', 2],
    ['"low" in {"low": 1}', true],
    ["[1] + [2] == [1.0, 2.0]", true],
  ])("%s is %s", (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });
});

describe("what cannot work is refused before it runs", () => {
  test.each([
    ["", 0, 'the expression is empty; write for example "value > 40"'],
    ["value >", 7, "the expression ends too early"],
    ["value in [1", 11, 'expected "]", got the end'],
    ["value = 3", 6, '"=" is not an operator; write =='],
    ["value > 3 and value < 5", 10, '"and" is not an operator; write &&'],
    ["value > 3)", 9, 'unexpected ")"'],
    ['value > "3', 8, "unterminated string"],
    ["quality > 0 && vaule > 3", 15, /^unknown name "vaule"; names are value, key/],
    ["sqr(value)", 0, /^unknown function "sqr"; functions are abs/],
    ["round()", 0, "round is written round(x, decimals)"],
    ["value.exists(x)", 0, "write list.exists(x, condition)"],
    ["tags.limit < value && tags.limit > 40", 22, /^tags.limit is text and 40 is a number: .* double\(x\)/],
    ["key * 2", 0, /^key is text, but a number is needed here/],
    ['1 + "a"', 4, /^1 is a number and "a" is text: they cannot be added/],
    ["quality && true", 0, "quality is a number, but true or false is needed here"],
    ["value > 1 ? key : -key", 19, /^key is text/],
    ['matches(key, "(")', 0, /^"\(" is not a regular expression/],
    ['double("abc")', 0, /^a conversion to a number needs text such as 2.5/],
    ["key.size", 0, "key is text, but an object is needed here"],
    ["40u", 0, /^write numbers without "u"/],
    ["while", 0, "reserved identifier: while"],
  ])("%s", (source, position, message) => {
    const { message: said, position: at } = problem(source);
    expect(said).toMatch(message);
    if (typeof message === "string") expect(said).toBe(message);
    expect(at).toBe(position);
  });

  test("a source of more than 4 KB, or nested too deep", () => {
    expect(problem(`value > ${"1".repeat(4096)}`).message).toBe("the expression is longer than 4096 bytes");
    expect(problem(`${"(".repeat(60)}1${")".repeat(60)}`).message).toBe("the expression is too deep or too long");
    expect(problem(`${"1+".repeat(1500)}1`).message).toBe("the expression is too deep or too long");
  });

  test("any text at all either compiles or is refused with a position inside of it", () => {
    const piece = fc.constantFrom(
      "value",
      "tags.",
      "x",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      '"',
      "'",
      "1",
      ".",
      " && ",
      "!",
      "-",
      "?",
      ":",
      ",",
      ".map(",
      "in",
      "=",
      ">",
      "\n",
      "ü",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
        const source = pieces.join("");
        try {
          compileExpression(source);
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
          expect(error.position).toBeGreaterThanOrEqual(0);
          expect(error.position).toBeLessThanOrEqual(source.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("one evaluation is bounded", () => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => index);

  test("lists of 10,000 are fine", () => {
    expect(holds("value.exists(x, x == 9999)", { value: numbers })).toBe(true);
  });

  const doubled = (start: string, step: string) => `${start}${step.repeat(20)}`;

  test.each([
    ["a loop in a loop", "value.all(x, value.all(y, y >= 0))"],
    ["many loops", doubled("value", ".map(x, x + x)")],
    ["a list that doubles", doubled("[[1]]", ".map(x, x + x)")],
    ["lists in lists", doubled("[[1]]", ".map(x, [x, x])")],
    ["comparing lists in lists", `${doubled("[[1]]", ".map(x, [x, x])")} == ${doubled("[[1]]", ".map(y, [y, y])")}`],
    ["writing lists in lists", `string(${doubled("[[1]]", ".map(x, [x, x])")})`],
    ["a text that doubles", doubled('["abcdefgh"]', ".map(x, x + x)")],
    ["searching a long text over and over", 'value.all(x, !matches(string(value) + string(x), "[a-z]$"))'],
    ["writing a long text over and over", "string(value.map(x, string(value)))"],
    ["a text that replaces itself", 'replace(string(value), "1", string(value))'],
  ])("%s ends with an error", (_title, source) => {
    expect(failure(source, { value: numbers }).type).toBe("expression_limit");
  });

  test("a pattern that grows without bounds is refused", () => {
    for (const value of ["((a{1000}){1000}){1000}", "a".repeat(1_001)])
      expect(failure("key.matches(value)", { value }).type).toBe("invalid_pattern");
  });

  test("a pattern that makes other engines hang answers at once", () => {
    const value = `${"a".repeat(5_000)}!`;
    expect(holds('value.matches("^(a+)+$")', { value })).toBe(false);
  });
});
