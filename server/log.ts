/** The gateway's own log: JSON lines for machines, plain lines for people. Never on stdout, which belongs to console sinks. */
import { Writable } from "node:stream";
import { type DestinationStream, pino } from "pino";

/** What the rest of the server needs of a logger. Fields first, then the sentence; an error goes in the field `err`. */
export interface Log {
  trace(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
  child(fields: Record<string, unknown>): Log;
}

export interface LogOptions {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  readonly format: "auto" | "text" | "json";
}

/** What `auto` means here: text on a terminal, JSON elsewhere. A worker thread cannot tell and has to be told. */
export function logFormat(format: LogOptions["format"], stream: { isTTY?: boolean } = process.stderr): "text" | "json" {
  return format === "auto" ? (stream.isTTY === true ? "text" : "json") : format;
}

export function createLog(
  options: LogOptions,
  stream: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr,
): Log {
  const asText = logFormat(options.format, stream) === "text";
  const destination: DestinationStream = asText
    ? new Writable({
        decodeStrings: false,
        write: (line: string, _encoding, done) => {
          stream.write(textLine(line, stream.isTTY === true));
          done();
        },
      })
    : stream;
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

const levels: Readonly<Record<number, readonly [name: string, colour: number]>> = {
  10: ["trace", 90],
  20: ["debug", 90],
  30: ["info ", 32],
  40: ["WARN ", 33],
  50: ["ERROR", 31],
  60: ["FATAL", 31],
};

/** `12:03:04.123 WARN  message: why (field=value …)`; a stack only below fatal errors, which are our own. */
function textLine(json: string, coloured: boolean): string {
  const { level, time, msg, err, ...fields } = JSON.parse(json) as {
    level: number;
    time: string;
    msg?: string;
    err?: { message: string; stack?: string };
    [field: string]: unknown;
  };
  const [name, colour] = levels[level] ?? ["info ", 32];
  const paint = (text: string, code: number) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const message = [msg, err?.message].filter((part) => part !== undefined && part !== "").join(": ");
  const details = Object.entries(fields)
    .filter(([, value]) => value !== msg)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
  const stack = level === 60 && err?.stack !== undefined ? `\n${err.stack}` : "";
  const tail = details === "" ? "" : ` ${paint(`(${printable(details)})`, 90)}`;
  return `${paint(time.slice(11, 23), 90)} ${paint(name, colour)} ${printable(message)}${tail}${stack}\n`;
}

/** Text from devices must not move the cursor or look like a line of ours. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f]/g, (character) =>
    character === "\n" ? "\n  " : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
