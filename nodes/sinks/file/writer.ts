/** An opened file sink: records become lines, and each line goes to the file its record names. */
import type { ConnectorContext, OpenedSink, SinkRecord } from "../../contract/connector.ts";
import type { Point } from "../../contract/point.ts";
import { contentText } from "../content.ts";
import { lineDefaults, lineMaker } from "../line-protocol/line.ts";
import { makeAll, throwRefused } from "../refusals.ts";
import type { FileConfig } from "./config.ts";
import { inWords } from "./disk-words.ts";
import { csvHeader, csvLine, csvMending } from "./lines.ts";
import { LogFile } from "./log-file.ts";
import { OpenFiles } from "./open-files.ts";
import { pathMaker } from "./path-template.ts";
import { prepareFolder } from "./safe-path.ts";

/** Far below what a process may have open, for there may be many such nodes. */
const mostOpen = 64;
const syncEveryMs = 1_000;

export async function openWriter(
  config: FileConfig,
  { clock, filesRoot, status, lost }: Pick<ConnectorContext<unknown>, "clock" | "filesRoot" | "status" | "lost">,
): Promise<OpenedSink> {
  const { format, columns, maxBytes, maxLines, interval, maxFiles, gzip, fsync } = config;
  const isCsv = format === "csv";
  const options = {
    header: isCsv ? csvHeader(columns) : "",
    mending: isCsv ? csvMending : () => "\n",
    maxBytes,
    maxLines,
    intervalMs: interval,
    now: () => clock.now(),
    maxFiles,
    gzip,
    sync: fsync,
  };
  const files = new OpenFiles(mostOpen, async (path) =>
    LogFile.open({ ...options, path: await inWords(path, () => prepareFolder(filesRoot, path)) }),
  );
  const pathOf = pathMaker(config.path);
  const lineOf = linesOf(config);
  const make = (record: SinkRecord) => ({ path: pathOf(timed(record)), line: lineOf(record) });
  // A fixed path is tried at once, so that what stands in its way is known before the first message.
  if (!config.path.includes("${")) await files.at(config.path);
  const timer =
    fsync === "interval"
      ? clock.every(syncEveryMs, () => {
          Promise.all(files.all().map((file) => file.sync())).catch(lost);
        })
      : undefined;
  status("connected", "");
  return {
    async write(records) {
      const { made, refused } = makeAll(records, make);
      const byPath = new Map<string, string[]>();
      for (const { content } of made) {
        const lines = byPath.get(content.path);
        if (lines === undefined) byPath.set(content.path, [content.line]);
        else lines.push(content.line);
      }
      for (const [path, lines] of byPath) await (await files.at(path)).append(lines);
      throwRefused(refused);
    },
    async close() {
      timer?.cancel();
      await files.close();
    },
  };
}

function linesOf({ format, content, columns }: FileConfig): (record: SinkRecord) => string {
  if (format === "csv") return csvLine(columns);
  if (format === "jsonl") return (record) => `${contentText(record, content)}\n`;
  const lineOf = lineMaker(lineDefaults);
  return (record) => `${lineOf(record).text}\n`;
}

/** Its own time, or else that of its message. */
function timed({ data, timestamp }: SinkRecord): Point {
  return ("timestamp" in data ? data : { ...data, timestamp }) as unknown as Point;
}
