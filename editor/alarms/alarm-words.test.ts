import { expect, test } from "vitest";
import { translate } from "../i18n/messages.ts";
import { ageText, alarmValue, eventText, stateText } from "./alarm-words.ts";

const t = translate.bind(undefined, "en");

test.each([
  [0, "0 s"],
  [-5_000, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [3 * 3_600_000 + 20 * 60_000, "3 h 20 min"],
  [2 * 3_600_000, "2 h"],
  [5 * 86_400_000 + 4 * 3_600_000, "5 d 4 h"],
])("%i ms are %s", (ms, text) => expect(ageText(t, ms)).toBe(text));

test("values are short numbers, plain texts or JSON", () => {
  expect([alarmValue(80.1234567), alarmValue("<b>"), alarmValue({ a: 1 }), alarmValue(undefined)]).toEqual([
    "80.1235",
    "<b>",
    '{"a":1}',
    "null",
  ]);
});

test("a state or event of another version is shown by its name", () => {
  expect(stateText(t, "shelved")).toBe("Shelved");
  expect(stateText(t, "latched")).toBe("latched");
  expect(eventText(t, "removed")).toBe("Ended: its rule was removed or changed");
});
