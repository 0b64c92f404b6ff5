import { expect, test } from "vitest";
import type { TraceHop } from "../../server/api/contract.ts";
import { pathOf, visitText } from "./path.ts";

let clock = 0;
function hop(node: string, port: string, content: object, cause?: string): TraceHop {
  const from = cause === undefined ? {} : { cause: { device_id: "b1", key: cause } };
  return { flow: "f", node, port, atMs: ++clock, text: JSON.stringify(content), truncated: false, ...from };
}
const point = (key: string, value: unknown) => ({ device_id: "b1", key, value });

const hops = [
  hop("plc", "out", { device_id: "b1", payload: { t: 20, p: 3 } }),
  hop("plc~convert", "in", { device_id: "b1", payload: { t: 20, p: 3 } }),
  hop("plc~convert", "out", point("t", 20)),
  hop("plc~convert", "out", point("p", 3)),
  hop("warm", "in", point("t", 20)),
  hop("warm", "out", point("t", 20), "t"),
  hop("fahrenheit", "in", point("t", 20)),
  hop("fahrenheit", "out", point("t_f", 68), "t"),
  hop("warm", "in", point("p", 3)),
  hop("warm", "rejected", point("p", 3), "p"),
  hop("log", "in", point("t_f", 68)),
];
const nodes = (series: string) => pathOf(hops, series).visits.map(({ node }) => node);
const textAt = (series: string, node: string) => {
  const visit = pathOf(hops, series).visits.find((each) => each.node === node);
  return visit && visitText(visit);
};

test("a trace is one visit for each node of the document, in the order they were reached", () => {
  expect(nodes("")).toEqual(["plc", "warm", "fahrenheit", "log"]);
  expect(pathOf(hops, "").series).toEqual(["b1/t", "b1/p", "b1/t_f"]);
});

test("one series is followed through what it was made of and into what it became", () => {
  expect(nodes("b1/t_f")).toEqual(["plc", "warm", "fahrenheit", "log"]);
  expect(textAt("b1/t_f", "warm")).toBe("20");
  expect(textAt("b1/t_f", "fahrenheit")).toBe("68");
  expect(nodes("b1/p")).toEqual(["plc", "warm"]);
  expect(textAt("b1/p", "warm")).toBe("rejected 3");
});

test("a card says how much more there is, and what came in where nothing left", () => {
  expect(textAt("", "warm")).toBe("20 +1");
  expect(textAt("", "log")).toBe("68");
});

test("what is no JSON, or cut, is shown as it is", () => {
  const cut = { ...hop("x", "out", {}), text: '{"device_id":"b1","va', truncated: true };
  expect(pathOf([cut], "").visits[0]?.outputs[0]?.value).toBe(cut.text);
});
