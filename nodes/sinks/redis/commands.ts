/** Records as commands for Redis. Pure. */
import type { RedisCommand } from "../../connections/redis/client.ts";
import type { SinkRecord } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import { compileTemplate } from "../../expression/template.ts";
import { timestampMs } from "../../points/timestamp.ts";
import { contentText, valueText } from "../content.ts";
import { deviceKey, type RedisConfig, seriesKey } from "./config.ts";

export interface RecordCommand {
  readonly key: string;
  readonly command: RedisCommand;
}

/** The function throws `MessageError` for a record that cannot be written this way. */
export function commandMaker(config: RedisConfig): (record: SinkRecord) => RecordCommand {
  const { command, key: given, expire, keepTtl, maxLength, streamField, retention } = config;
  const isHash = command === "HSET";
  const keyOf = compileTemplate(given ?? (isHash ? deviceKey : seriesKey));
  const fieldOf = compileTemplate(config.field);
  const content = config.content ?? (isHash ? "value" : "data");
  const textOf = (record: SinkRecord) => (content === "value" ? valueText(record) : contentText(record, content));
  const ttl: readonly (string | number)[] = expire > 0 ? ["PX", Math.ceil(expire)] : keepTtl ? ["KEEPTTL"] : [];
  const limit: readonly (string | number)[] = maxLength > 0 ? ["MAXLEN", "~", maxLength] : [];
  const kept: readonly (string | number)[] = retention > 0 ? ["RETENTION", Math.ceil(retention)] : [];

  const make: Readonly<Record<RedisConfig["command"], (key: string, record: SinkRecord) => RedisCommand>> = {
    SET: (key, record) => ["set", key, textOf(record), ...ttl],
    HSET: (key, record) => ["hset", key, named("field", fieldOf.render(pointOf(record))), textOf(record)],
    XADD: (key, record) => ["xadd", key, ...limit, "*", streamField, textOf(record)],
    PUBLISH: (key, record) => ["publish", key, textOf(record)],
    LPUSH: (key, record) => ["lpush", key, textOf(record)],
    ZADD: (key, record) => ["zadd", key, timeOf(record), textOf(record)],
    "TS.ADD": (key, record) => [
      "TS.ADD",
      key,
      timeOf(record),
      sampleOf(record.data["value"]),
      ...kept,
      // Without it a repeated sample would be an error.
      "ON_DUPLICATE",
      "LAST",
      ...labelsOf(record),
    ],
  };
  return (record) => {
    const key = named("key", keyOf.render(pointOf(record)));
    return { key, command: make[command](key, record) };
  };
}

/** What is done once for each key of a batch, after its records. */
export function housekeeping({ command, maxLength, expire }: RedisConfig): (key: string) => readonly RedisCommand[] {
  const trim = (key: string): readonly RedisCommand[] => {
    if (maxLength === 0) return [];
    if (command === "LPUSH") return [["ltrim", key, 0, maxLength - 1]];
    if (command === "ZADD") return [["zremrangebyrank", key, 0, -maxLength - 1]];
    return [];
  };
  const expires = expire > 0 && ["HSET", "XADD", "LPUSH", "ZADD"].includes(command);
  return (key) => {
    const commands = [...trim(key)];
    if (expires) commands.push(["pexpire", key, Math.ceil(expire)]);
    return commands;
  };
}

function pointOf({ data }: SinkRecord): Point {
  return data as unknown as Point;
}

function named(what: string, text: string): string {
  if (text === "") throw new MessageError(`bad_${what}`, `the ${what} is empty`);
  return text;
}

function timeOf({ data, timestamp }: SinkRecord): number {
  return timestampMs({ timestamp: data["timestamp"] ?? timestamp } as Point);
}

function sampleOf(value: unknown): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new MessageError("type_mismatch", `a time series takes numbers, but this is ${JSON.stringify(value)}`);
}

/** Redis refuses empty labels. */
function labelsOf({ data }: SinkRecord): readonly string[] {
  const { device_id, key, tags } = data as unknown as Partial<Point>;
  const labels = Object.entries({ ...tags, device_id, key }).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[0] !== "" && entry[1] !== "",
  );
  return labels.length === 0 ? [] : ["LABELS", ...labels.flat()];
}
