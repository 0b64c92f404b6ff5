import { expect, test } from "vitest";
import { durationMs, durationText } from "./duration.ts";

test.each([
  ["0", 0],
  ["", 0],
  ["500ms", 500],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["2d", 172_800_000],
])("%j lasts %i ms", (text, ms) => expect(durationMs(text)).toBe(ms));

test.each(["5", "5 s", "s", "-1s", "1s and more"])("%j is no duration", (text) =>
  expect(durationMs(text)).toBeUndefined(),
);

test.each([
  [0, "0s"],
  [90_000, "1m30s"],
  [1_500, "1s500ms"],
])("%i ms are written %s", (ms, text) => expect(durationText(ms)).toBe(text));
