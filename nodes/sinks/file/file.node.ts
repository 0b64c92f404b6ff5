import { z } from "zod";
import { defineConnector, type SinkRecord } from "../../contract/connector.ts";
import { duration } from "../../contract/fields.ts";
import { byteSize } from "../byte-size.ts";
import { contentField, contentText } from "../content.ts";
import { csvHeader, csvLine, csvMending } from "./lines.ts";
import { inWords, LogFile } from "./log-file.ts";
import { pathProblem, prepareFolder } from "./safe-path.ts";

const config = z.strictObject({
  path: z
    .string()
    .superRefine((text, context) => {
      const message = pathProblem(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({
      title: "Path",
      description: "Below the gateway's folder of files. Missing folders are made.",
      widget: "path",
      placeholder: "data/points.jsonl",
    }),
  format: z
    .enum(["jsonl", "csv"])
    .default("jsonl")
    .meta({ title: "Format", labels: { jsonl: "JSON, one object per line", csv: "CSV, for spreadsheets" } }),
  content: contentField.meta({ ...contentField.meta(), showWhen: { format: ["jsonl"] } }),
  maxBytes: byteSize("100MB", {
    title: "New file after",
    description: "Such as 500KB, 10MB or 1GB. 0: never.",
    placeholder: "100MB",
  }),
  maxFiles: z
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .meta({ title: "Files kept", description: "The present one included; the oldest goes." }),
  fsync: z
    .enum(["batch", "never"])
    .default("batch")
    .meta({
      title: "Wait for the disk",
      description: "Without waiting it is faster, and a power cut costs the last seconds.",
      labels: { batch: "After each batch", never: "Never" },
      advanced: true,
    }),
  batchSize: z.int().min(1).max(10_000).default(1_000).meta({ title: "Messages per batch", advanced: true }),
  linger: duration({
    default: "100ms",
    max: "1m",
    title: "Longest wait for a full batch",
    advanced: true,
  }),
});

export default defineConnector({
  type: "sink.file",
  title: "File",
  summary: "Appends messages to a file on the gateway",
  icon: "file-text",
  keywords: ["file", "csv", "jsonl", "ndjson", "log", "disk", "export", "spreadsheet"],
  help: `
Appends every message to a file. The path is below the gateway's folder of files and cannot lead out of it.

**Formats.** *JSON* writes one object per line: the data with its trace id, or the complete message as it stands on the
bus. *CSV* writes the columns \`timestamp, device_id, key, value, type, quality, trace_id\` with a header; line breaks inside
a value become spaces, objects and lists become JSON.

**Size.** Before the file passes *New file after*, it is put aside as \`points.1.jsonl\`, the one before as
\`points.2.jsonl\` and so on; the oldest goes. The disk needs room for *Files kept* times that size.

**After a power cut** the last line may be incomplete. At the next start it is ended, so that the next record stands on a
line of its own: for a reader it is one bad line. A batch that was not confirmed is written again, so a record can stand
there twice, with the same trace id.

**If the disk is full** or the folder may not be written, the node says so, messages wait in the stream, and it goes on by
itself when that is mended. If somebody moves or deletes the file, the next batch begins a new one.

Give each node a file of its own: two that write to the same put it aside under each other's feet.
`,
  config,
  examples: [
    { title: "Everything as JSON, at most 1 GB", config: { path: "data/points.jsonl" } },
    {
      title: "A table for a spreadsheet, a new file every 10 MB",
      config: { path: "export/boilers.csv", format: "csv", maxBytes: "10MB", maxFiles: 30 },
    },
  ],
  line: ({ path, format }) => `${path} (${format === "csv" ? "CSV" : "JSON"})`,
  batch: ({ batchSize, linger }) => ({ size: batchSize, lingerMs: linger }),
  async open({ path, format, content, maxBytes, maxFiles, fsync }, { filesRoot, status }) {
    const isCsv = format === "csv";
    const file = await LogFile.open({
      path: await inWords(path, () => prepareFolder(filesRoot, path)),
      header: isCsv ? csvHeader : "",
      mending: isCsv ? csvMending : () => "\n",
      maxBytes,
      maxFiles,
      sync: fsync === "batch",
    });
    const line = isCsv ? csvLine : (record: SinkRecord) => `${contentText(record, content)}\n`;
    status("connected", "");
    return { write: (records) => file.append(records.map(line)), close: () => file.close() };
  },
});
