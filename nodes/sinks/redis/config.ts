/** What can be set on a Redis sink. */
import { z } from "zod";
import redis from "../../connections/redis/redis.connection.ts";
import { connection, duration } from "../../contract/fields.ts";
import { template } from "../../expression/fields.ts";

const commands = ["SET", "HSET", "XADD", "PUBLISH", "LPUSH", "ZADD", "TS.ADD"] as const;
type Command = (typeof commands)[number];
const only = (...shown: Command[]) => ({ showWhen: { command: shown } });

export const seriesKey = `\${device_id}:\${key}`;
export const deviceKey = `\${device_id}`;

export const redisConfig = z
  .strictObject({
    connection: connection(redis),
    command: z
      .enum(commands)
      .default("SET")
      .meta({
        title: "Write as",
        labels: {
          SET: "Latest value (SET)",
          HSET: "Hash, a field for each key (HSET)",
          XADD: "Stream (XADD)",
          PUBLISH: "Message (PUBLISH)",
          LPUSH: "List, newest first (LPUSH)",
          ZADD: "Sorted set by time (ZADD)",
          "TS.ADD": "Time series (TS.ADD)",
        },
      }),
    key: template({
      title: "Key",
      description: `Text that can hold expressions in \${…}. Left out: ${seriesKey}, for a hash ${deviceKey}. For PUBLISH the channel.`,
      placeholder: seriesKey,
    }).optional(),
    field: template({ title: "Field", placeholder: `\${key}`, ...only("HSET") }).default(`\${key}`),
    content: z
      .enum(["value", "data", "envelope"])
      .optional()
      .meta({
        title: "Content",
        description: "Left out: the value for a hash, the data for all others.",
        labels: { value: "The value alone", data: "Data, with trace id", envelope: "Complete message" },
        ...only("SET", "HSET", "XADD", "PUBLISH", "LPUSH", "ZADD"),
      }),
    streamField: z
      .string()
      .min(1, "give the field a name")
      .default("data")
      .meta({ title: "Field of the entries", advanced: true, ...only("XADD") }),
    expire: duration({
      default: "0s",
      title: "Expire after",
      description: "Without anything new for this long the key goes. 0s: never.",
      ...only("SET", "HSET", "XADD", "LPUSH", "ZADD"),
    }),
    keepTtl: z
      .boolean()
      .default(false)
      .meta({ title: "Keep the remaining time", description: "SET with KEEPTTL.", advanced: true, ...only("SET") }),
    maxLength: z
      .int()
      .min(0)
      .max(1_000_000_000)
      .default(10_000)
      .meta({
        title: "Entries kept",
        description: "The oldest go; of a stream about that many are kept. 0: all, until the memory is full.",
        ...only("XADD", "LPUSH", "ZADD"),
      }),
    retention: duration({
      default: "0s",
      title: "Keep samples for",
      description: "For series that are new. 0s: as the server is set.",
      ...only("TS.ADD"),
    }),
    batchSize: z.int().min(1).max(10_000).default(500).meta({ title: "Messages per batch", advanced: true }),
    linger: duration({ default: "50ms", max: "1m", title: "Longest wait for a full batch", advanced: true }),
  })
  .refine(({ keepTtl, expire }) => !keepTtl || expire === 0, {
    path: ["keepTtl"],
    error: "a key cannot keep its remaining time and get a new one: set the expiry to 0s, or switch this off",
  });
export type RedisConfig = z.output<typeof redisConfig>;
