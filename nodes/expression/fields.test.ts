import { expect, test } from "vitest";
import { z } from "zod";
import { condition, expression, template } from "./fields.ts";

const schema = z.object({
  when: condition({ title: "When" }, ["limit"]).optional(),
  calculate: expression().optional(),
  message: template().optional(),
});
const issues = (config: object) =>
  schema.safeParse(config).error?.issues.map(({ path, message }) => ({ path, message }));

test("what compiles is accepted as it stands", () => {
  const config = { when: "value > limit", calculate: "value * 2", message: "hot" };
  expect(schema.parse(config)).toEqual(config);
});

test("what does not compile is refused with words and position", () => {
  expect(issues({ calculate: "value * " })).toEqual([
    { path: ["calculate"], message: "the expression ends too early (at character 9)" },
  ]);
  expect(issues({ message: "$" + "{nothing()}" })?.[0]?.message).toMatch(/^unknown function "nothing".*character 3\)$/);
});

test("a condition has to be true or false", () => {
  expect(issues({ when: "value * 2" })?.[0]?.message).toBe(
    'is a number, not a condition; write for example "value > 40" (at character 1)',
  );
  expect(issues({ when: "value" })).toBeUndefined();
});

test("the editor is told which widget to show", () => {
  expect(z.toJSONSchema(schema)).toMatchObject({
    properties: {
      when: { type: "string", widget: "expression", title: "When" },
      message: { type: "string", widget: "template" },
    },
  });
});
