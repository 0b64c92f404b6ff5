import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { point, record } from "../testing.ts";
import { epoch } from "./epoch.ts";
import { type LineSettings, lineDefaults, lineMaker } from "./line.ts";

const at = "1767261600000000000";
const line = (data: Parameters<typeof point>, settings: Partial<LineSettings> = {}) =>
  lineMaker({ ...lineDefaults, ...settings })(point(...data)).text;

test("R023 a point is one line: key as measurement, device and tags as tags, its own time", () => {
  expect(line([21.5, { tags: { line: "a", unit: "°C" } }])).toBe(
    `temperature,device_id=d1,line=a,unit=°C value=21.5 ${at}`,
  );
});

test.each([
  ["a number as a float, also a whole one", 21, "value=21"],
  ["text with quotes and a line break", 'a "b"\\\n', 'value="a \\"b\\"\\\\\n"'],
  ["a switch", true, "value=T"],
  ["an object member by member, empty ones left out", { x: 1, y: { z: 2 }, n: null }, "value_x=1,value_y_z=2"],
  ["a list by place", [1.5, "b"], 'value_0=1.5,value_1="b"'],
])("a value is written as what it is: %s", (_what, value, fields) => {
  expect(line([value])).toBe(`temperature,device_id=d1 ${fields} ${at}`);
});

test("a list that is too long for fields of its own becomes text", () => {
  const long = Array.from({ length: 101 }, () => 0);
  expect(line([long])).toContain(`value="[0,0,`);
});

test("keys named as integers are integers, and what is none is refused", () => {
  const settings = { integerKeys: ["*_count"] };
  expect(line([7, { key: "part_count" }], settings)).toContain(" value=7i ");
  expect(line([7, { key: "flow" }], settings)).toContain(" value=7 ");
  expect(() => line([7.5, { key: "part_count" }], settings)).toThrow("value is to be an integer, but is 7.5");
});

test("measurement, field and tags are templates; an empty tag is left out", () => {
  const settings = {
    measurement: `\${tags.hall} process`,
    field: `\${key}`,
    tags: [
      { name: "unit no", value: `\${device_id}=1,2` },
      { name: "none", value: "" },
    ],
    pointTags: false,
    quality: true,
  };
  expect(line([1, { tags: { hall: "h,1" } }], settings)).toBe(
    `h\\,1\\ process,unit\\ no=d1\\=1\\,2 quality=0i,temperature=1 ${at}`,
  );
});

test.each([
  ["a value that is missing", point(undefined), "this one is undefined"],
  ["an empty value", point(null), "this one is null"],
  ["an object without anything in it", point({ a: null }), "nothing in it"],
  ["no number", point(Number.NaN), "this one is NaN"],
  ["a key that is missing", record({ value: 1 }), "this point has no key"],
  ["a time that is none", point(1, { timestamp: "yesterday" }), '"yesterday" is not a time'],
  ["a measurement that would be a comment", point(1, { key: "#1" }), "begins with #"],
  ["a tag value that would swallow what follows", point(1, { device_id: "a\\" }), "ends with a backslash"],
  ["an empty key", point(1, { key: "" }), "the measurement has no name"],
])("is refused with the reason: %s", (_what, given, reason) => {
  expect(() => lineMaker(lineDefaults)(given)).toThrow(reason);
});

test("without a value it is refused also when the quality could be written", () => {
  expect(() => line([null, { quality: 1 }], { quality: true })).toThrow("this one is null");
});

test("a record without a time of its own has that of its message", () => {
  expect(lineMaker(lineDefaults)(record({ device_id: "d1", key: "k", value: 1 })).text).toMatch(
    / 1767261600000000000$/,
  );
});

test("no text of a device can break out of its place in the line", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => !/[\\#\r\n\t]/.test(value));
  fc.assert(
    fc.property(text, text, text, (key, device, tag) => {
      const made = line([1, { key, device_id: device, tags: { tag } }]);
      // A space or comma that is not escaped separates parts: measurement and two tags, one field, one time.
      const parts = made.split(/(?<!\\) /);
      expect(parts).toHaveLength(3);
      expect(parts[0]?.split(/(?<!\\),/)).toHaveLength(3);
    }),
  );
});

describe("times", () => {
  test.each([
    ["2026-01-01T10:00:00.123Z", "ns", "1767261600123000000"],
    ["2026-01-01T10:00:00.123Z", "us", "1767261600123000"],
    ["2026-01-01T10:00:00.123Z", "ms", "1767261600123"],
    ["2026-01-01T10:00:00.999Z", "s", "1767261600"],
    ["2026-01-01T10:00:00.123456789Z", "ns", "1767261600123456789"],
    ["2026-01-01T11:00:00.123456+01:00", "ns", "1767261600123456000"],
    ["1969-12-31T23:59:59.900Z", "ms", "-100"],
    ["1970-01-01T00:00:00.000Z", "ns", "0000000000"],
  ] as const)("%s in %s is %s", (text, precision, wanted) => {
    expect(BigInt(epoch(text, precision))).toBe(BigInt(wanted));
  });
});
