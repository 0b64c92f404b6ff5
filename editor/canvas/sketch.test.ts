import { expect, test } from "vitest";
import { sketch } from "./sketch.ts";

const wire = (source: string, target: string, port: string, carries: "point" | "result") => ({
  source,
  target,
  data: { flow: "f", from: source, port, to: target, carries, idle: false },
});
const places = new Map([
  ["a", { x: 0, y: 0 }],
  ["b", { x: 300, y: 100 }],
]);
const card = { width: 220, height: 80 };

test("wires that carry the same are one path, from card to card", () => {
  const paths = sketch([wire("a", "b", "out", "point"), wire("a", "b", "rejected", "point")], places, card);
  const one = "M220 40C260 40 260 140 300 140";
  expect([...paths]).toEqual([["point", one + one]]);
});

test("failed messages have a colour of their own, and what leads nowhere is left out", () => {
  const paths = sketch([wire("a", "b", "failed", "result"), wire("a", "gone", "out", "result")], places, card);
  expect([...paths.keys()]).toEqual(["failed"]);
});
