import { expect, test } from "vitest";
import { oneLine, visible } from "./display-text.ts";
import { pathText } from "./json-path.ts";
import type { DebugEntry } from "./samples.ts";
import { seriesOf } from "./series.ts";
import { summaryOf } from "./summary.ts";

const entryOf = (text: string, over: object = {}) =>
  ({
    id: 1,
    kind: "message",
    flow: "f",
    node: "n",
    port: "out",
    traceId: "t",
    atMs: 1_000,
    text,
    truncated: false,
    ...over,
  }) as DebugEntry;

test.each([
  ['{"device_id":"d","key":"t","value":21.5}', { device: "d", key: "t", value: "21.5", number: 21.5 }],
  ['{"device_id":"d","protocol":"mqtt","payload":"on"}', { device: "d", key: "mqtt", value: "on" }],
  ['{"data":{"device_id":"d","key":"t","value":{"x":1}},"source":"rule"}', { device: "d", key: "t", value: '{"x":1}' }],
  ['{"something":"else"}', { device: "", key: "", value: '{"something":"else"}' }],
  ["[1,2]", { device: "", key: "", value: "[1,2]" }],
  ['{"device_id":"cut', { device: "", key: "", value: '{"device_id":"cut', payload: undefined }],
  ['{"device_id":{"odd":1},"key":7,"value":null}', { device: "", key: "7", value: "null" }],
])("%s is summed up", (text, expected) => {
  expect(summaryOf(entryOf(text))).toMatchObject(expected);
});

test("a line never holds more of a value than fits on it", () => {
  const long = JSON.stringify({ device_id: "d".repeat(5_000), key: "k", value: "x".repeat(1_000_000) });
  const { device, value } = summaryOf(entryOf(long));
  expect(device.length + value.length).toBeLessThan(1_000);
});

test("characters that hide or turn text around are shown by their code", () => {
  expect(visible("a\u202Eb\u0000c\u200Bd")).toBe("a⟨U+202E⟩b␀c⟨U+200B⟩d");
  expect(visible("\ud800x 😀 é 锅炉")).toBe("⟨U+D800⟩x 😀 é 锅炉");
  expect(oneLine("a\r\nb\tc and more", 6)).toBe("a⏎b⇥c…");
});

test.each([
  [["tags", "line"], "tags.line"],
  [["values", 3, "x"], "values[3].x"],
  [["tags", 'my "tag"'], 'tags["my \\"tag\\""]'],
  [[0, "a-b"], '[0]["a-b"]'],
])("the path %j reads %s", (path, text) => {
  expect(pathText(path)).toBe(text);
});

test("a series holds the numbers of the same port, device and key, by time", () => {
  const point = (id: number, key: string, value: unknown, over: object = {}) =>
    entryOf(JSON.stringify({ device_id: "d", key, value }), { id, atMs: id * 1_000, ...over });
  const entries = [
    point(2, "t", 2),
    point(1, "t", 1),
    point(3, "p", 9),
    point(4, "t", "x"),
    point(5, "t", 5, { port: "failed" }),
  ];
  const [first] = entries;
  expect(first && seriesOf(first, entries)).toEqual({ name: "d t", times: [1, 2], values: [1, 2] });
});

test("one number makes no series, and text makes none", () => {
  const number = entryOf('{"device_id":"d","key":"t","value":1}');
  const text = entryOf('{"device_id":"d","key":"t","value":"on"}');
  expect(seriesOf(number, [number])).toBeUndefined();
  expect(seriesOf(text, [text, text])).toBeUndefined();
});
