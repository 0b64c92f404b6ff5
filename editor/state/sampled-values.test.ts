import { expect, test } from "vitest";
import { sampledValues } from "./sampled-values.ts";

test.each([
  ["a point", { device_id: "d", key: "t", value: 4.5 }, [{ series: "d/t", value: 4.5 }]],
  ["a switch", { device_id: "d", key: "on", value: true }, [{ series: "d/on", value: 1 }]],
  ["text", { device_id: "d", key: "state", value: "run" }, []],
  [
    "a reading",
    { device_id: "d", payload: { t: 1, name: "x", p: 2 } },
    [
      { series: "d/t", value: 1 },
      { series: "d/p", value: 2 },
    ],
  ],
  ["a reading that is JSON text", { device_id: "d", payload: '{"t":3}' }, [{ series: "d/t", value: 3 }]],
  ["a list", [1, 2], []],
])("of %s", (_what, message, values) => {
  expect(sampledValues(JSON.stringify(message))).toEqual(values);
});

test("of text that was cut there are none", () => {
  expect(sampledValues('{"device_id":"d","key":"t","val')).toEqual([]);
});
