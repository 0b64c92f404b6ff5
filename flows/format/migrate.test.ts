import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { checkDocument } from "./read.ts";

const steps = {
  1: ({ title, ...rest }: Record<string, unknown>) => ({ ...rest, name: title }),
  2: (document: Record<string, unknown>) => ({ ...document, enabled: true }),
};

test("R167 an older document is brought forward step by step", () => {
  const old = { format: 1, id: "a", title: "Boiler" };
  expect(migrate(old, steps, 3)).toEqual({ ok: true, value: { format: 3, id: "a", name: "Boiler", enabled: true } });
  expect(old).toEqual({ format: 1, id: "a", title: "Boiler" });
});

test("a document starts at the step of its own format", () => {
  expect(migrate({ format: 2, title: "kept" }, steps, 3)).toEqual({
    ok: true,
    value: { format: 3, title: "kept", enabled: true },
  });
});

test("a document of the present format is left as it is", () => {
  const document = { format: 3, id: "a" };
  expect(migrate(document, steps, 3)).toEqual({ ok: true, value: document });
});

test("a document of a newer product is refused with what to do", () => {
  expect(checkDocument({ format: 7, id: "a" }, "a")).toEqual({
    ok: false,
    problems: [
      {
        code: "bad-format",
        severity: "error",
        flow: "a",
        path: ["format"],
        message: "the flow has format 7, made by a newer version; this one reads up to 1: update it",
      },
    ],
  });
});

test.each([[undefined], ["1"], [0], [1.5], [null]])("%j is no format", (format) => {
  expect(migrate({ format, id: "a" })).toMatchObject({ ok: false, problem: { code: "bad-format" } });
});
