import { z } from "zod";
import { defineConnector, type SinkRecord } from "../../contract/connector.ts";
import type { Point } from "../../contract/point.ts";
import { template } from "../../expression/fields.ts";
import { compileTemplate } from "../../expression/template.ts";
import { contentField, contentText } from "../content.ts";
import { safeLine, startPrinter } from "./printer.ts";
import { summary } from "./summary.ts";

const defaultText = `\${device_id} \${key} = \${value}`;

const config = z.strictObject({
  format: z
    .enum(["json", "pretty", "text"])
    .default("json")
    .meta({ title: "Format", labels: { json: "JSON", pretty: "For reading", text: "A text of your own" } }),
  content: contentField.meta({ ...contentField.meta(), showWhen: { format: ["json"] } }),
  text: template({ title: "Text", placeholder: defaultText, showWhen: { format: ["text"] } }).default(defaultText),
  sample: z.int().min(1).max(1_000_000).default(1).meta({
    title: "One of",
    description: "Print only every tenth message with 10, and so on; 1: all.",
    advanced: true,
  }),
  maxRate: z
    .int()
    .min(0)
    .max(100_000)
    .default(10)
    .meta({ title: "Lines per second", description: "What is beyond is counted, not printed. 0: all.", unit: "1/s" }),
  maxLength: z.int().min(20).max(1_000_000).default(2_000).meta({
    title: "Longest line",
    description: "What is beyond is cut off.",
    unit: "characters",
    advanced: true,
  }),
});

export default defineConnector({
  type: "sink.console",
  title: "Console",
  summary: "Prints messages where the gateway was started",
  icon: "terminal-2",
  keywords: ["print", "log", "stdout", "debug", "terminal"],
  help: `
Prints every message as one line on the standard output of the gateway: in the terminal it was started from, or in the
journal of the service (\`journalctl -u sluice -f\`). To look into a running flow, the Debug panel of the editor is handier.

**Format.** *JSON* prints the data with its trace id, or the complete message as it stands on the bus. *For reading* prints
time, device, key and value: \`10:00:01.250 boiler-1 temperature = 81.2 °C\`; of an alert its level and message. *A text of
your own* can hold expressions; what a message lacks is shown as \`?\`.

**Not too much.** Ten lines a second are printed by default; what is beyond is counted in a line such as \`… 123 more\`.
Set *Lines per second* to 0 to have them all: the terminal then sets the pace, and messages wait in the node's mailbox.

Control characters in names and texts are shown as \`\\u001b\`, so that a device cannot play tricks with the terminal.
`,
  config,
  examples: [
    { title: "The first ten of every second, as JSON", config: {} },
    { title: "All of them, for reading", config: { format: "pretty", maxRate: 0 } },
    {
      title: "One of a hundred, in words of one's own",
      config: { format: "text", text: `\${device_id}: \${round(value, 1)}`, sample: 100 },
    },
  ],
  line: ({ format, maxRate, sample }) =>
    `${{ json: "JSON", pretty: "for reading", text: "text" }[format]}, ${sample === 1 ? "" : `one of ${sample}, `}${maxRate === 0 ? "all" : `${maxRate} a second`}`,
  batch: () => ({ size: 100, lingerMs: 0 }),
  async open({ format, content, text, sample, maxRate, maxLength }, { clock, status }) {
    const printer = startPrinter({ maxRate, clock, write: writeToStdout });
    const words = compileTemplate(text, [], { missing: "?" });
    const textOf = {
      json: (record: SinkRecord) => contentText(record, content),
      pretty: summary,
      text: ({ data }: SinkRecord) => words.render(data as unknown as Point),
    }[format];
    const line = (record: SinkRecord) => safeLine(textOf(record), maxLength);
    let count = 0;
    status("connected", "");
    return {
      write(records) {
        const chosen = records.filter(() => count++ % sample === 0);
        return printer.print(chosen.map((record) => () => line(record)));
      },
      close: () => printer.close(),
    };
  },
});

/** Resolves when the output has taken the text; rejects when it is closed. */
function writeToStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) =>
    process.stdout.write(text, (error) => (error == null ? resolve() : reject(error))),
  );
}
