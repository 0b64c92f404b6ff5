import type { RedisClient, RedisCommand } from "../../connections/redis/client.ts";
import redis from "../../connections/redis/redis.connection.ts";
import { defineConnector } from "../../contract/connector.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { makeAll, throwRefused } from "../refusals.ts";
import { commandMaker, housekeeping } from "./commands.ts";
import { deviceKey, redisConfig, seriesKey } from "./config.ts";

export default defineConnector({
  type: "sink.redis",
  title: "Redis",
  summary: "Writes points to Redis: latest values, hashes, streams, messages, lists, time series",
  icon: "stack-2",
  keywords: ["redis", "valkey", "cache", "stream", "pubsub", "hash", "latest value", "keydb", "timeseries"],
  connection: redis,
  help: `
Writes every message with one command of Redis. The key can hold expressions, such as \`plant:\${device_id}:\${key}\`.

| Write as | What stands in Redis |
| --- | --- |
| SET | the latest message of each series under its own key, with an expiry if wanted |
| HSET | a hash for each device, with a field for each key and its latest value |
| XADD | a stream; about *Entries kept* stay |
| PUBLISH | nothing: whoever listens to the channel gets it |
| LPUSH | a list, newest first, cut to *Entries kept* |
| ZADD | a sorted set with the time in milliseconds as score, cut to *Entries kept* |
| TS.ADD | a time series with labels for device, key and tags; needs the time series module (Redis Stack, Redis 8) |

**What is refused** goes to the dead letters with Redis' own reason and does not hold up the rest: a key that already
holds something else (\`WRONGTYPE\`), text for a time series.

**What waits.** If Redis is away, loading, out of memory or just changing its master, messages wait and go on in order.

**Twice?** A batch that broke off is written again. SET, HSET, ZADD and TS.ADD then change nothing; with XADD, LPUSH and
PUBLISH some messages of that batch can be there twice, with the same \`trace_id\`.
`,
  config: redisConfig,
  examples: [
    { title: "The latest value of each series, gone after a day", config: { connection: "cache", expire: "1d" } },
    {
      title: "One hash for each device",
      config: { connection: "cache", command: "HSET", key: `device:\${device_id}` },
    },
    {
      title: "One stream of everything, about a million entries",
      config: { connection: "cache", command: "XADD", key: "points", maxLength: 1_000_000 },
    },
  ],
  line: ({ command, key }) => `${command} ${key ?? (command === "HSET" ? deviceKey : seriesKey)}`,
  batch: ({ batchSize, linger }) => ({ size: batchSize, lingerMs: linger }),
  async open(config, { connection, status }) {
    const client: RedisClient = connection;
    if (config.command === "TS.ADD") await needTimeSeries(client);
    const make = commandMaker(config);
    const afterwards = housekeeping(config);
    status("connected", "");
    return {
      async write(records) {
        const { made, refused } = makeAll(records, make);
        const keys = [...new Set(made.map(({ content }) => content.key))];
        const last = keys.flatMap(afterwards);
        const replies = await client.send([...made.map(({ content }) => content.command), ...last]);
        const notTaken = made.flatMap(({ index, content: { key } }, place) => {
          const reply = replies[place];
          if (reply === undefined) throw new ConnectionError("Redis left a command without an answer");
          return "refused" in reply ? [{ index, reason: `${key}: ${reply.refused}` }] : [];
        });
        // Where the record was refused, what follows it is as well; refused alone, nothing would keep the key small.
        const untidy = notTaken.length > 0 ? undefined : replies.slice(made.length).find((reply) => "refused" in reply);
        if (untidy !== undefined && "refused" in untidy) throw new ConnectionError(untidy.refused);
        throwRefused(refused, notTaken);
      },
      close: async () => undefined,
    };
  },
});

async function needTimeSeries(client: RedisClient): Promise<void> {
  const question: RedisCommand = ["command", "INFO", "TS.ADD"];
  const [reply] = await client.send([question]);
  const known = reply !== undefined && "value" in reply ? reply.value : undefined;
  if (Array.isArray(known) && known[0] !== null && known[0] !== undefined) return;
  throw new ConnectionError(
    "this Redis has no time series module, so there is no TS.ADD: use Redis 8 or Redis Stack, or write as a sorted set",
  );
}
