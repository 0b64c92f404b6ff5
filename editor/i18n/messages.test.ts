import { expect, test } from "vitest";
import { languageOf, translate } from "./messages.ts";

test("a message is found in the language asked for", () => {
  expect(translate("en", "app.name")).toBe("Sluice");
});

test("the browser's first known language wins, English otherwise", () => {
  expect(languageOf(["de-DE", "zh-Hans-CN", "en"])).toBe("zh");
  expect(languageOf(["de"])).toBe("en");
});
