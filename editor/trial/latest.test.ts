import { expect, test } from "vitest";
import { flowOf } from "../state/testing.ts";
import { placesOf } from "./latest.ts";

test("messages of adapters are known by what converts them, those of sinks by what feeds them", () => {
  const flow = flowOf(["adapter.plc", "plugin.route", "rule.hot", "sink.db"], ["plc>route", "plc>hot", "hot>db"]);
  const at = (node: string) => placesOf(flow, node).map((place) => `${place.side} ${place.node}`);
  expect(at("plc")).toEqual(["in plc~convert", "in route"]);
  expect(at("hot")).toEqual(["in hot"]);
  expect(at("db")).toEqual(["out hot"]);
});
