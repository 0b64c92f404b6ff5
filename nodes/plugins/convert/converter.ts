/** From raw readings to points. */
import { MessageError } from "../../contract/errors.ts";
import type { Point, Raw } from "../../contract/point.ts";
import { Collector, type PointRules } from "./collector.ts";
import type { ConvertConfig } from "./config.ts";
import { type RawDecoder, rawDecoder } from "./decoder.ts";
import { excerpt, shown } from "./excerpt.ts";
import { fieldPicker } from "./fields.ts";
import { type Frame, frameOfRaw, readName, timeOf } from "./frame.ts";
import { at, parsePath } from "./path.ts";
import { isBatch, Reader, readMembers } from "./reader.ts";
import { timeReader } from "./time.ts";

export interface Conversion {
  /** In document order. */
  readonly points: readonly Point[];
  /** Why the rest is missing; `undefined` when nothing is. */
  readonly error: MessageError | undefined;
}

export interface Converter {
  /** Throws `MessageError` when there is nothing to be had from a message at all. */
  convert(raw: Raw): Conversion;
  readonly snapshot: RawDecoder["snapshot"];
}

/** `restored`: what a format remembered, for those that do. */
export function converter(config: ConvertConfig, restored: ReadonlyMap<string, unknown>): Converter {
  const rules: PointRules = {
    types: new Map(Object.entries(config.types)),
    floats: config.numbers === "float",
    tags: Object.keys(config.tags).length === 0 ? undefined : config.tags,
    isDeviceSet: config.deviceIdField !== undefined,
    isTimeSet: config.timestampField !== undefined,
    times: timeReader(config),
    maxPoints: config.maxPoints,
  };
  const { decode, snapshot } = rawDecoder(config, restored);
  const picker = fieldPicker(config.fields);
  const readings = config.readings === undefined ? [] : (parsePath(config.readings) ?? []);
  const device = found(config.deviceIdField);
  const time = found(config.timestampField);
  const consumed = new Set([device, time].flatMap((field) => (field === undefined ? [] : field.path.join("."))));

  /** The frame as the paths of the configuration find it: in the reading, the message, or what stands around it. */
  const frameFound = (places: readonly unknown[], frame: Frame): Frame => ({
    ...frame,
    ...(device === undefined ? {} : { device_id: readName(device.in(places), device.text) }),
    ...(time === undefined ? {} : { timestamp: timeOf(time.in(places), time.text, rules.times) }),
  });

  const convert = (raw: Raw): Conversion => {
    const { messages, wrapper } = decode(raw);
    const collector = new Collector(rules, raw.metadata["units"]);
    const base = frameOfRaw(raw, rules);
    const reader = new Reader(collector, consumed, config.key ?? loneKey(raw));
    const readMessage = (message: unknown, place: string) => {
      if (message instanceof MessageError) throw message;
      const root = at(message, readings);
      if (root === undefined)
        throw new MessageError("validation", `there is no "${config.readings}" in ${shown(message)}`);
      const readOne = (reading: unknown, where: string) => {
        const isPlain = device === undefined && time === undefined;
        const frame = isPlain ? base : frameFound([reading, message, wrapper], base);
        if (picker === undefined) reader.read(reading, frame, where);
        else picker.pick(reading, frame, collector);
      };
      if (isBatch(root) && picker?.fromList !== true) readMembers(root, place, collector, readOne);
      else readOne(root, place);
    };
    for (const [index, message] of messages.entries()) {
      const place = messages.length === 1 ? "" : `[${index}]`;
      collector.attempt(place, () => readMessage(message, place));
    }
    return { points: collector.points, error: summary(collector) };
  };
  return { convert, snapshot };
}

function found(text: string | undefined) {
  if (text === undefined) return undefined;
  const path = parsePath(text) ?? [];
  const look = (places: readonly unknown[]): unknown => {
    for (const place of places) {
      const value = at(place, path);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return { text, path, in: look };
}

function loneKey({ metadata: { key, topic } }: Raw): string {
  if (typeof key === "string" && key !== "") return key;
  if (typeof topic !== "string") return "value";
  let end = topic.length;
  while (topic[end - 1] === "/") end--;
  return topic.slice(topic.lastIndexOf("/", end - 1) + 1, end) || "value";
}

/** One error for all that was refused. */
function summary({ points, refused }: Collector): MessageError | undefined {
  const [first] = refused;
  if (first === undefined) return undefined;
  const reason = first.where === "" ? first.error.message : `${excerpt(first.where)}: ${first.error.message}`;
  const total = points.length + refused.length;
  const message =
    total === 1
      ? reason
      : `${refused.length} of ${total} values could not be converted${refused.length === 1 ? "" : ", the first"}: ${reason}`;
  return new MessageError(first.error.type, message);
}
