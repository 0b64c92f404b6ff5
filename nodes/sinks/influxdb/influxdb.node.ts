import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { tlsOptions } from "../../connections/tls.ts";
import { defineConnector } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import { createHttpClient } from "../../outbound/http-client.ts";
import { lineMaker } from "../line-protocol/line.ts";
import { makeAll, throwRefused } from "../refusals.ts";
import { verdict } from "./answer.ts";
import { influxConfig } from "./config.ts";
import { influxTarget } from "./target.ts";
import { writeLines } from "./write-lines.ts";

const compressed = promisify(gzip);
/** An answer that names every line of a large batch. */
const maxAnswerBytes = 16_777_216;

export default defineConnector({
  type: "sink.influxdb",
  title: "InfluxDB",
  summary: "Writes points to InfluxDB or VictoriaMetrics",
  icon: "database",
  keywords: ["influx", "influxdb", "victoriametrics", "time series", "database", "line protocol", "grafana", "tsdb"],
  help: `
Writes every point with its own time through the HTTP interface of InfluxDB 1, 2 or 3, in batches. VictoriaMetrics takes
the same under versions 1 and 2.

**What is written.** By default the measurement is the key, the tags are \`device_id\` and the point's own tags, and the field
is \`value\`. Measurement, field and tags can hold expressions:

| Setting | Text | For the temperature of boiler-1 in hall 2 |
| --- | --- | --- |
| Measurement | \`process\` | \`process\` |
| Field | \`\${key}\` | \`temperature\` |
| Tag \`site\` | \`hall \${tags.hall}\` | \`hall 2\` |

**Numbers** are floats, since InfluxDB never again accepts another type for a field that was once an integer, and a sensor
that shows 21 now shows 21.5 later. Name the keys that are to be integers, such as counters, under *Integers*. A list or
an object becomes several fields: \`value_latitude\`, \`value_longitude\`, \`value_0\`. Empty members are left out.

**What is refused** goes to the dead letters with the reason, and never holds up the rest of its batch: a point without a
value, one whose field has another type in the database, one that is older than the database keeps. If the server does not
say which lines it refused, the batch is halved until the guilty stand alone; writing a line twice changes nothing.

**What waits.** If the server is away, full, or asks for a pause, and also while database, bucket, user or token are wrong,
nothing is lost: the node says what is wrong in words, messages wait, and it goes on when that is mended.

**Same time, same point.** Two points of the same series with the same time are one to InfluxDB. If a device sends several
values within a millisecond, give them different times or a tag that tells them apart.
`,
  config: influxConfig,
  examples: [
    {
      title: "InfluxDB 2: one measurement for each key",
      config: {
        url: "http://127.0.0.1:8086",
        org: "plant",
        bucket: "process",
        token: { $secret: "influx-token" },
      },
    },
    {
      title: "InfluxDB 1: one measurement with a field for each key, counters as integers",
      config: {
        version: "1",
        url: "http://127.0.0.1:8086",
        database: "plant",
        measurement: "process",
        field: `\${key}`,
        integerKeys: ["*_count"],
      },
    },
  ],
  line: ({ url, version, database, bucket }) => `${new URL(url).host} ${version === "2" ? bucket : database}`,
  batch: ({ batchSize, linger }) => ({ size: batchSize, lingerMs: linger }),
  async open(config, { clock, reach, signal, status }) {
    const target = influxTarget(config);
    const { headers, host, place } = target;
    const http = createHttpClient({
      clock,
      reach,
      timeoutMs: config.timeout,
      maxBodyBytes: maxAnswerBytes,
      maxRedirects: 0,
      tls: tlsOptions(config.tls),
    });
    const base = config.url.replace(/\/+$/, "");
    const post = async (lines: string) => {
      const text = { "Content-Type": "text/plain; charset=utf-8", ...headers };
      const packed = config.gzip ? { ...text, "Content-Encoding": "gzip" } : text;
      const body = config.gzip ? await compressed(lines, { level: constants.Z_BEST_SPEED }) : lines;
      const url = new URL(base + target.path);
      return verdict(await http.send({ method: "POST", url, headers: packed, body }, signal), target);
    };
    const lineOf = lineMaker(config);
    const known = new Set<string>();
    const make = (record: Parameters<typeof lineOf>[0]) => {
      const { text, series } = lineOf(record);
      if (config.maxSeries > 0 && !known.has(series)) {
        if (known.size >= config.maxSeries)
          throw new MessageError("too_many_series", `more than ${config.maxSeries} series: does a tag always change?`);
        known.add(series);
      }
      return text;
    };
    const connected = (version: string | undefined) =>
      status("connected", `${version === undefined ? host : `${host} (${version})`}, ${place}`);
    try {
      // Whatever it answers, somebody is there; whether it lets us write, the first batch tells.
      const answer = await http.send({ method: "GET", url: new URL(`${base}/ping`), headers }, signal);
      connected(answer.headers["x-influxdb-version"]);
    } catch (error) {
      http.close();
      throw error;
    }
    return {
      async write(records, writeSignal) {
        const { made, refused } = makeAll(records, make);
        let waited = false;
        const notTaken = await writeLines(made, {
          clock,
          signal: AbortSignal.any([signal, writeSignal]),
          post,
          onWait: (reason, waitMs) => {
            waited = true;
            status("degraded", `${reason}; going on in ${Math.ceil(waitMs / 1000)} s`);
          },
        });
        if (waited) connected(undefined);
        throwRefused(refused, notTaken);
      },
      close: async () => http.close(),
    };
  },
});
