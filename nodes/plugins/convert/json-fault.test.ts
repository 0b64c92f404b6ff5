import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonFault } from "./json-fault.ts";

describe("where a text stops being JSON", () => {
  test.each([
    ["", 0, "a value"],
    ['{"a": 1,}', 8, "a name in double quotes"],
    ['{"a":', 5, "a value"],
    ["[1, 2", 5, '"," or "]"'],
    ["[1, 2}", 5, '"," or "]"'],
    ['{"a" 1}', 5, '":"'],
    ["{a: 1}", 1, 'a name in double quotes or "}"'],
    ["[,]", 1, 'a value or "]"'],
    ["[1,]", 3, "a value"],
    ['["abc', 1, 'a value or "]"'],
    ["[01]", 1, 'a value or "]"'],
    ["[NaN]", 1, 'a value or "]"'],
    ["1 2", 2, "the end"],
    ["{} ]", 3, "the end"],
  ])("%j: at %i, where %s should be", (text, position, expected) => {
    expect(jsonFault(text)).toEqual({ position, expected });
  });

  test("it agrees with JSON.parse about every text", () => {
    const texts = fc.oneof(
      fc.json(),
      fc.stringMatching(/^[[{"\]}:,0-9eE.\-\\u+ tfn]{0,20}$/),
      fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 1 })).map(([text, at, other]) => {
        const index = at % (text.length + 1);
        return text.slice(0, index) + other + text.slice(index + 1);
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(jsonFault(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test("a megabyte of text in one string is no trouble", () => {
    expect(jsonFault(`["${'\\"x'.repeat(300_000)}", }`)?.expected).toBe("a value");
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
