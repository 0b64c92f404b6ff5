import { defineConnector } from "../../contract/connector.ts";
import { fileConfig } from "./config.ts";
import { openWriter } from "./writer.ts";

export default defineConnector({
  type: "sink.file",
  title: "File",
  summary: "Appends messages to a file on the gateway",
  icon: "file-text",
  keywords: ["file", "csv", "jsonl", "ndjson", "log", "disk", "export", "spreadsheet"],
  help: `
Appends every message to a file. The path is below the gateway's folder of files and cannot lead out of it.

**Path.** It can hold expressions: \`\${date}/\${device_id}.jsonl\` makes a folder for each day and in it a file for each device.
\`date\` and \`hour\` are those of the point's own time, in UTC. What comes from a message stays one name: a / in a device id
becomes \`%2F\`. Of many files the 64 used last are kept open.

**Formats.** *JSON* writes one object per line: the data with its trace id, or the complete message as it stands on the
bus. *CSV* writes the columns you name, with a header; line breaks inside a value become spaces, objects and lists become
JSON. If the columns change, the old file is put aside. *Line protocol* writes what InfluxDB and its relatives import.

**A new file** is begun before the present one passes its size, its number of lines, or the hour or day it belongs to (at
full hours and days in UTC). The old one is put aside as \`points.1.jsonl\`, the one before as \`points.2.jsonl\` and so on,
compressed if you like; the oldest goes. The disk needs room for *Files kept* times that size.

**After a power cut** the last line may be incomplete. At the next start it is ended, so that the next record stands on a
line of its own: for a reader it is one bad line. A batch that was not confirmed is written again, so a record can stand
there twice, with the same trace id. Unless the node waits for the disk after each batch, a power cut can also cost what was
written last.

**If the disk is full** or the folder may not be written, the node says so, messages wait, and it goes on by itself when
that is mended. If somebody moves or deletes the file, the next batch begins a new one. A message the path or format cannot
be made of goes to the dead letters.

Give each node a file of its own: two that write to the same put it aside under each other's feet.
`,
  config: fileConfig,
  examples: [
    { title: "Everything as JSON, at most 1 GB", config: { path: "data/points.jsonl" } },
    {
      title: "A file for each device and day, compressed when the day is over",
      config: { path: `\${device_id}.jsonl`, interval: "1d", gzip: true, maxFiles: 60 },
    },
    {
      title: "A table for a spreadsheet, a new file every 10 MB",
      config: {
        path: "export/boilers.csv",
        format: "csv",
        maxBytes: "10MB",
        maxFiles: 30,
        columns: ["timestamp", "value", "tags.line"],
      },
    },
  ],
  line: ({ path, format }) => `${path} (${{ jsonl: "JSON", csv: "CSV", "line-protocol": "line protocol" }[format]})`,
  batch: ({ batchSize, linger }) => ({ size: batchSize, lingerMs: linger }),
  open: openWriter,
});
