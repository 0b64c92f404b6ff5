import { expect, test } from "vitest";
import { freeId, idOf, newConnection, withConnection } from "./connection-edit.ts";

test("ids are made of names as documents ask for them", () => {
  expect(idOf("Plant Broker (north)", "mqtt")).toBe("plant-broker-north");
  expect(idOf("Café 2", "mqtt")).toBe("cafe-2");
  expect(idOf("锅炉", "mqtt")).toBe("mqtt");
});

test("an id that is taken gets the first free number", () => {
  expect(freeId("mqtt", ["mqtt", "mqtt-2"])).toBe("mqtt-3");
});

test("a new connection is added, an edited one takes the place of the old", () => {
  const first = { ...newConnection([], "mqtt"), config: { url: "a" } };
  const second = newConnection([first], "mqtt");
  expect(second.id).toBe("mqtt-2");
  const both = withConnection([first], second);
  expect(withConnection(both, { ...first, config: { url: "b" } })).toEqual([
    { ...first, config: { url: "b" } },
    second,
  ]);
});
