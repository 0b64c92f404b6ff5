import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { runOperator } from "../../../contract/testing.ts";
import convert from "../convert.node.ts";
import { sparkplugSchema } from "./sparkplug-payload.ts";

const payloadType = protobuf.parse(sparkplugSchema, { keepCase: true }).root.lookupType("sparkplug.Payload");

type Metric = Readonly<Record<string, unknown>>;
const at = Date.parse("2026-01-01T12:00:00.000Z");

/** An edge node as a gateway sees it; answers `device key value quality`, or the error. */
function edgeNode(config: object = {}, saved?: ReadonlyMap<string, string>) {
  const run = runOperator(convert, { format: "sparkplug", sparkplug: config }, undefined, saved);
  const send = (kind: string, metrics: readonly Metric[], seq?: number) => {
    const payload = payloadType.fromObject({ timestamp: at, metrics, ...(seq === undefined ? {} : { seq }) });
    const base64 = Buffer.from(payloadType.encode(payload).finish()).toString("base64");
    return run
      .raw({ payload: base64, encoding: "base64", metadata: { topic: `spBv1.0/plant/${kind}` } })
      .map(({ port, point, emission }) =>
        port === "failed" ? emission.reason : [point.device_id, point.key, point.value, point.quality],
      );
  };
  return { ...run, send };
}
const bdSeq = (value: number) => ({ name: "bdSeq", datatype: 4, long_value: value });
const temp = { name: "temp", alias: 1, datatype: 10, double_value: 20 };

describe("Sparkplug B", () => {
  test("a birth names metrics and their types, and data calls them by alias", () => {
    const { send, emitted } = edgeNode();
    const unit = { keys: ["engUnit"], values: [{ string_value: "°C" }] };
    expect(send("NBIRTH/n1", [bdSeq(0), { ...temp, properties: unit }], 0)).toEqual([["n1", "temp", 20, 0]]);
    expect(send("DBIRTH/n1/d1", [{ name: "level", alias: 2, datatype: 3, int_value: 5 }], 1)).toEqual([
      ["d1", "level", 5, 0],
    ]);
    expect(send("NDATA/n1", [{ alias: 1, double_value: 21 }], 2)).toEqual([["n1", "temp", 21, 0]]);
    expect(send("DDATA/n1/d1", [{ alias: 2, int_value: 0xffff_ffff }], 3)).toEqual([["d1", "level", -1, 0]]);
    expect(emitted.map(({ point }) => [point.type, point.timestamp, point.tags])).toEqual([
      ["float", "2026-01-01T12:00:00.000Z", { group: "plant", edge_node: "n1", unit: "°C" }],
      ["int", "2026-01-01T12:00:00.000Z", { group: "plant", edge_node: "n1" }],
      ["float", "2026-01-01T12:00:00.000Z", { group: "plant", edge_node: "n1", unit: "°C" }],
      ["int", "2026-01-01T12:00:00.000Z", { group: "plant", edge_node: "n1" }],
    ]);
  });

  test("numbers run to 255 and begin anew; one that is missing is told, and the values are taken", () => {
    const { send } = edgeNode();
    send("NBIRTH/n1", [temp], 254);
    for (const seq of [255, 0, 1]) expect(send("NDATA/n1", [{ alias: 1, double_value: 1 }], seq)).toHaveLength(1);
    expect(send("NDATA/n1", [{ alias: 1, double_value: 2 }], 4)).toEqual([
      ["n1", "temp", 2, 0],
      "sequence: 1 of 2 values could not be converted: [0]: plant/n1 sent number 4 where 2 was due: messages are missing, or came twice",
    ]);
    expect(send("NDATA/n1", [{ alias: 1, double_value: 3 }], 5)).toHaveLength(1);
  });

  test("an alias that no birth named, and a node that was never born, are told with what to do", () => {
    const { send } = edgeNode();
    const rebirth = /Node Control\/Rebirth/;
    expect(send("NDATA/n1", [{ alias: 9, double_value: 1 }], 0)).toEqual([expect.stringMatching(rebirth)]);
    expect(send("DBIRTH/n1/d1", [temp], 1)).toEqual([expect.stringMatching(rebirth)]);
    send("NBIRTH/n1", [temp], 0);
    expect(send("NDATA/n1", [{ alias: 9, double_value: 1 }], 1)).toEqual([expect.stringMatching(/the alias 9; /)]);
    expect(send("NDATA/n2", [{ name: "t", datatype: 10, double_value: 1 }], 0)).toEqual([["n2", "t", 1, 0]]);
  });

  test("a new birth forgets what the last one named", () => {
    const { send } = edgeNode();
    send("NBIRTH/n1", [temp], 0);
    send("NBIRTH/n1", [{ ...temp, name: "other", alias: 2 }], 0);
    expect(send("NDATA/n1", [{ alias: 1, double_value: 1 }], 1)).toEqual([expect.stringMatching(/no birth/)]);
  });

  test("a death marks all that was known as stale, if it is that of the present session", () => {
    const { send } = edgeNode();
    send("NBIRTH/n1", [bdSeq(7), temp], 0);
    send("DBIRTH/n1/d1", [{ ...temp, name: "level" }], 1);
    expect(send("NDEATH/n1", [bdSeq(6)])).toEqual([]);
    expect(send("DDEATH/n1/d1", [], 2)).toEqual([["d1", "level", null, 500]]);
    expect(send("NDEATH/n1", [bdSeq(7)])).toEqual([["n1", "temp", null, 500]]);
    expect(send("NDEATH/n1", [bdSeq(7)])).toEqual([]);
  });

  test("quality and null are what the metric says, arrays and times too", () => {
    const { send } = edgeNode({ deviceId: "path" });
    const quality = { keys: ["Quality"], values: [{ int_value: 192 }] };
    const bad = { keys: ["Quality"], values: [{ int_value: 0 }] };
    expect(
      send("NBIRTH/n1", [
        { ...temp, properties: quality },
        { name: "bad", datatype: 10, is_null: true, properties: { ...bad, values: [{ int_value: 500 }] } },
        { name: "at", datatype: 13, long_value: at },
        { name: "list", datatype: 23, bytes_value: Buffer.from("0100ffff", "hex") },
        { name: "big", datatype: 8, long_value: "18446744073709551615" },
        { name: "table", datatype: 16 },
      ]),
    ).toEqual([
      ["plant/n1", "temp", 20, 0],
      ["plant/n1", "bad", null, 500],
      ["plant/n1", "at", "2026-01-01T12:00:00.000Z", 0],
      ["plant/n1", "list", [1, -1], 0],
      ["plant/n1", "big", "18446744073709551615", 0],
      "validation: 1 of 6 values could not be converted: [5]: table is of datatype 16, which is not read",
    ]);
  });

  test("names in errors hide nothing and are short", () => {
    const { send } = edgeNode();
    const [reason] = send("NBIRTH/n1", [{ name: `a\u0007\u202e${"b".repeat(1_000)}`, datatype: 16 }]);
    expect(reason).toMatch(/^validation: a��b+… is of datatype 16, which is not read$/);
  });

  test("commands and host states are nothing to read; any other topic is told", () => {
    const { send, raw } = edgeNode();
    expect(send("NCMD/n1", [temp])).toEqual([]);
    expect(raw({ payload: '{"online":true}', metadata: { topic: "spBv1.0/STATE/host" } })).toEqual([]);
    for (const topic of ["plant/n1", 5, "spBv1.0/g/NOISE/n"])
      expect(raw({ payload: "", metadata: { topic } })[0]?.emission.reason).toMatch(/Sparkplug B/);
  });

  test("what births named outlives a restart", () => {
    const before = edgeNode();
    before.send("NBIRTH/n1", [bdSeq(1), temp], 0);
    before.send("DBIRTH/n1/d1", [{ name: "level", datatype: 3, int_value: 5 }], 1);
    const first = before.save();
    before.send("NDATA/n1", [{ alias: 1, double_value: 1 }], 2);
    expect(before.save()).not.toEqual(first);
    const after = edgeNode({}, before.save());
    expect(after.send("NDATA/n1", [{ alias: 1, double_value: 2 }], 3)).toEqual([["n1", "temp", 2, 0]]);
    expect(after.send("NDEATH/n1", [bdSeq(1)])).toEqual([
      ["n1", "temp", null, 500],
      ["d1", "level", null, 500],
    ]);
    expect(after.save()).toEqual(new Map());
  });
});
