import { describe, expect, test } from "vitest";
import { fillPoint, ManualClock } from "../contract/testing.ts";
import { compileTemplate } from "./template.ts";

const point = fillPoint({ tags: { line: "a" } }, new ManualClock());
const render = (source: string) => compileTemplate(source).render(point);

/** Braces in tests are written `#{` so that nobody takes them for JavaScript. */
const t = (source: string) => source.replaceAll("#{", "$" + "{");

describe("a template", () => {
  test.each([
    ["plain text", "plain text"],
    ["#{device_id}.#{key}", "d1.temperature"],
    ["#{round(value)} °C", "22 °C"],
    ['#{value > 20 ? "hot" : "cold"}', "hot"],
    ['#{"}"}', "}"],
    ['#{{"a": "}"}.a}', "}"],
    ["#{[value, 1]}", "[21.5,1]"],
    ["#{null}", "null"],
    ["costs $5 {really}", "costs $5 {really}"],
    ["$#{key}", "#{key}"],
    ["", ""],
  ])("%s renders as %s", (source, expected) => {
    expect(render(t(source))).toBe(t(expected));
  });

  test("knows when it is the same for every point", () => {
    expect(compileTemplate("boiler").constant).toBe("boiler");
    expect(compileTemplate(t("boiler-#{key}")).constant).toBeUndefined();
  });

  test("fails on a missing tag unless it is told what to write instead", () => {
    expect(() => render(t("hall #{tags.hall}"))).toThrow("this point has no tags.hall");
    expect(compileTemplate(t("hall #{tags.hall}"), [], { missing: "?" }).render(point)).toBe("hall ?");
  });

  test("renders variables", () => {
    expect(compileTemplate(t("above #{limit}"), ["limit"]).render(point, { limit: 40 })).toBe("above 40");
  });

  test.each([
    ["a #{vaule}", 4],
    ["a #{value", 2],
    ["a #{value > }", 12],
    ["a #{}", 4],
  ])("%s is refused with the position", (source, position) => {
    expect(() => compileTemplate(t(source))).toThrow(expect.objectContaining({ name: "ExpressionError", position }));
  });
});
