/** A record as a line of InfluxDB's line protocol. Escaping and number formats are those of InfluxDB's own client. */
import { Point as InfluxPoint } from "@influxdata/influxdb-client";
import type { SinkRecord } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import { compileTemplate } from "../../expression/template.ts";
import { glob } from "../../points/glob.ts";
import { epoch, type Precision } from "./epoch.ts";

export interface LineSettings {
  /** Templates. */
  readonly measurement: string;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly field: string;
  /** Write the point's own tags as tags. */
  readonly pointTags: boolean;
  /** Write the quality as the integer field `quality`. */
  readonly quality: boolean;
  /** Keys, with `*`, whose numbers are written as integers; all others are written as floats. */
  readonly integerKeys: readonly string[];
  readonly precision: Precision;
}

export const lineDefaults: LineSettings = {
  measurement: `\${key}`,
  tags: [{ name: "device_id", value: `\${device_id}` }],
  field: "value",
  pointTags: true,
  quality: false,
  integerKeys: [],
  precision: "ns",
};

export interface Line {
  readonly text: string;
  /** Measurement and tags: what makes a series of its own in the database. */
  readonly series: string;
}

/** Members of a list that become fields of their own; a longer one is written as JSON text. */
const maxListFields = 100;
const maxDepth = 8;

/** The function throws `MessageError` for a record that cannot be a line: no value, no time, names that are not possible. */
export function lineMaker(settings: LineSettings): (record: SinkRecord) => Line {
  const measurementOf = compileTemplate(settings.measurement);
  const fieldOf = compileTemplate(settings.field);
  const tags = settings.tags.map(({ name, value }) => ({ name, textOf: compileTemplate(value) }));
  const integers = settings.integerKeys.map(glob);
  return ({ data, timestamp }) => {
    const point = data as unknown as Point;
    const measurement = checkedName("measurement", measurementOf.render(point));
    if (measurement.startsWith("#"))
      throw new MessageError("bad_measurement", `the measurement "${measurement}" begins with #, which is a comment`);
    const line = new InfluxPoint(measurement);
    let series = measurement;
    const tag = (name: string, value: string) => {
      // An empty tag is not allowed in the protocol, and means the same as none.
      if (value === "") return;
      line.tag(checkedName("tag", name), checkedTagValue(name, value));
      series += `\n${name}\n${value}`;
    };
    if (settings.pointTags && typeof point.tags === "object" && point.tags !== null)
      for (const name in point.tags) tag(name, String(point.tags[name]));
    for (const { name, textOf } of tags) tag(name, textOf.render(point));
    const isInteger = integers.length > 0 && integers.some((matches) => matches(String(point.key)));
    const name = checkedName("field", fieldOf.render(point));
    const isEmpty = !setField(line, name, point.value, isInteger, 0);
    if (isEmpty) throw new MessageError("no_value", noValue(point.value));
    if (settings.quality && typeof point.quality === "number") line.intField("quality", point.quality);
    line.timestamp(epoch(point.timestamp ?? timestamp, settings.precision));
    const text = line.toLineProtocol();
    if (text === undefined) throw new MessageError("no_value", noValue(point.value));
    return { text, series };
  };
}

/** False when there is nothing to write. */
function setField(line: InfluxPoint, name: string, value: unknown, isInteger: boolean, depth: number): boolean {
  switch (typeof value) {
    case "number":
      if (!Number.isFinite(value)) return false;
      if (isInteger) line.intField(name, wholeNumber(name, value));
      else line.floatField(name, value);
      return true;
    case "string":
      line.stringField(name, value);
      return true;
    case "boolean":
      line.booleanField(name, value);
      return true;
    case "object":
      return value !== null && setMembers(line, name, value, isInteger, depth);
    default:
      return false;
  }
}

/** `position.latitude` becomes the field `position_latitude`, the third of a list `name_2`. */
function setMembers(line: InfluxPoint, name: string, value: object, isInteger: boolean, depth: number): boolean {
  if (depth >= maxDepth || (Array.isArray(value) && value.length > maxListFields)) {
    line.stringField(name, JSON.stringify(value));
    return true;
  }
  let any = false;
  for (const [member, content] of Object.entries(value))
    any = setField(line, checkedName("field", `${name}_${member}`), content, isInteger, depth + 1) || any;
  return any;
}

function wholeNumber(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new MessageError("no_integer", `${name} is to be an integer, but is ${value}: round it before this node`);
}

function noValue(value: unknown): string {
  const what = typeof value === "object" && value !== null ? "nothing in it" : String(value);
  return `InfluxDB cannot store an empty value: this one is ${what}`;
}

/** InfluxDB takes a backslash at an end for the start of an escape, and has no way to write it. */
function checkedName(what: string, text: string): string {
  if (text === "") throw new MessageError(`bad_${what}`, `the ${what} has no name`);
  if (text.endsWith("\\")) throw new MessageError(`bad_${what}`, `the ${what} "${text}" ends with a backslash`);
  return text;
}

function checkedTagValue(name: string, value: string): string {
  if (value.endsWith("\\")) throw new MessageError("bad_tag", `the tag ${name}="${value}" ends with a backslash`);
  return value;
}
