import { expect, test } from "vitest";
import { type DebugFilter, everything, matcher } from "./filter.ts";
import type { DebugEntry } from "./samples.ts";

const message = (id: number, content: object, over: object = {}): DebugEntry => ({
  id,
  kind: "message",
  flow: "f",
  node: "plc",
  port: "out",
  traceId: "trace-1",
  atMs: id,
  text: JSON.stringify(content),
  truncated: false,
  ...over,
});
const entries: readonly DebugEntry[] = [
  message(1, { device_id: "boiler-1", key: "temperature", value: 80 }),
  message(2, { device_id: "boiler-2", key: "pressure", value: 3, tags: { note: "Temperature sensor" } }),
  message(3, { device_id: "boiler-1", key: "pressure", value: 4 }, { node: "hot", port: "failed", traceId: "trace-2" }),
  { id: 4, kind: "error", flow: "f", node: "plc", atMs: 4, type: "timeout", message: "Boiler-1 does not answer" },
  { ...message(5, {}), text: '{"device_id":"cut off' } as DebugEntry,
];
const found = (filter: Partial<DebugFilter>) =>
  entries.filter(matcher({ ...everything, ...filter })).map(({ id }) => id);

test.each<[Partial<DebugFilter>, number[]]>([
  [{}, [1, 2, 3, 4, 5]],
  [{ text: "TEMPERATURE" }, [1, 2]],
  [{ text: "key:temp" }, [1]],
  [{ text: "device:boiler-1" }, [1, 3]],
  [{ text: "boiler pressure" }, [2, 3]],
  [{ text: "port:failed" }, [3]],
  [{ text: "cut" }, [5]],
  [{ text: "timeout" }, [4]],
  [{ level: "error" }, [4]],
  [{ level: "message", text: "boiler-1" }, [1, 3]],
  [{ node: "f/hot" }, [3]],
  [{ node: "f/" }, [1, 2, 3, 4, 5]],
  [{ node: "other/" }, []],
])("%j finds %j", (filter, ids) => {
  expect(found(filter)).toEqual(ids);
});

test("an entry is looked into once, however often its list is filtered", () => {
  let looked = 0;
  const watched = {
    ...message(9, {}),
    get text() {
      looked++;
      return "{}";
    },
  } as DebugEntry;
  const matches = matcher({ ...everything, text: "x" });
  for (let round = 0; round < 5; round++) matches(watched);
  expect(looked).toBe(1);
});
