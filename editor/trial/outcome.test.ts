import { expect, test } from "vitest";
import { flowOf } from "../state/testing.ts";
import { linesOf, resultsOf } from "./outcome.ts";

const event = (node: string, atMs: number, port = "out") => ({ node, atMs, port, traceId: "t", message: {} });
const error = (node: string, atMs: number) => ({ node, atMs, type: "parse_error", message: "not JSON" });

test("messages and errors stand in the order in which they happened", () => {
  const seen = { events: [event("a", 0), event("b", 10)], errors: [error("a", 5)] };
  expect(linesOf(seen).map(({ kind, node, atMs }) => [kind, node, atMs])).toEqual([
    ["message", "a", 0],
    ["error", "a", 5],
    ["message", "b", 10],
  ]);
});

test("every node of the flow has its counts by port; a conversion stands behind its adapter", () => {
  const flow = flowOf(["adapter.a", "rule.b", "sink.c"]);
  const events = [event("a", 0), event("a~convert", 0), event("b", 0), event("b", 1, "rejected"), event("b", 2)];
  expect(resultsOf(flow, { events, errors: [error("a~convert", 0)] })).toEqual([
    { node: "a", ports: [["out", 1]], errors: 0 },
    { node: "a~convert", ports: [["out", 1]], errors: 1 },
    {
      node: "b",
      ports: [
        ["out", 2],
        ["rejected", 1],
      ],
      errors: 0,
    },
    { node: "c", ports: [], errors: 0 },
  ]);
});
