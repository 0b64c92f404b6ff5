/** Recorded measurements from CSV, to be played again. Pure. */
import { CsvError, parse } from "csv-parse/sync";

export interface Recording {
  readonly rows: readonly RecordedRow[];
  /** From the first row to the end of the last, in milliseconds. */
  readonly lengthMs: number;
}

export interface RecordedRow {
  /** Milliseconds after the first row. */
  readonly atMs: number;
  /** Whose row it is; `undefined`: each device's. */
  readonly deviceId: string | undefined;
  readonly values: Readonly<Record<string, number | boolean | string>>;
}

/** Columns that are no values. */
const timeNames = new Set(["time", "timestamp", "ts", "date"]);
const deviceNames = new Set(["device_id", "device", "deviceid"]);

/**
 * Reads CSV with a header (RFC 4180; `,` or `;` between fields, whichever the header has). Rows keep the times of a
 * column called time or timestamp (RFC 3339, or seconds or milliseconds); without one they are `intervalMs` apart.
 * Answers words about what is wrong, with the line.
 */
export function readRecording(csv: string, intervalMs: number): Recording | string {
  const lines = linesOf(csv);
  if (typeof lines === "string") return lines;
  const names = lines.shift()?.record.map((name) => name.trim()) ?? [];
  if (lines.length === 0) return "the CSV needs a line of names and at least one of values";
  const timeAt = names.findIndex((name) => timeNames.has(name.toLowerCase()));
  const deviceAt = names.findIndex((name) => deviceNames.has(name.toLowerCase()));
  const rows: RecordedRow[] = [];
  let firstMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [index, { record: fields, info }] of lines.entries()) {
    const line = info.lines;
    if (fields.length !== names.length)
      return `line ${line} of the CSV has ${fields.length} fields, the line of names has ${names.length}`;
    const timeMs = timeAt < 0 ? index * intervalMs : readTimeMs(fields[timeAt] ?? "");
    if (timeMs === undefined)
      return `line ${line} of the CSV: "${fields[timeAt]}" is no time; write RFC 3339, or seconds or milliseconds`;
    if (index === 0) firstMs = timeMs;
    if (timeMs < lastMs) return `line ${line} of the CSV is earlier than the line before it`;
    lastMs = timeMs;
    const values = names.flatMap((name, at) => {
      const text = (fields[at] ?? "").trim();
      return at === timeAt || at === deviceAt || text === "" || name === "" ? [] : [[name, readValue(text)] as const];
    });
    const deviceId = deviceAt < 0 ? undefined : fields[deviceAt]?.trim() || undefined;
    rows.push({ atMs: timeMs - firstMs, deviceId, values: Object.fromEntries(values) });
  }
  // The pause after the last row is that before it.
  const pauseMs = (rows.at(-1)?.atMs ?? 0) - (rows.at(-2)?.atMs ?? 0);
  return { rows, lengthMs: lastMs - firstMs + (pauseMs > 0 ? pauseMs : intervalMs) };
}

function readValue(text: string): number | boolean | string {
  if (text === "true" || text === "false") return text === "true";
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}

/** Numbers up to 10¹¹ are seconds (until the year 5138), larger ones milliseconds. */
function readTimeMs(text: string): number | undefined {
  const plain = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(plain)) return Number(plain) * (Number(plain) < 1e11 ? 1_000 : 1);
  const ms = Date.parse(plain);
  return Number.isNaN(ms) ? undefined : ms;
}

interface Line {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function linesOf(csv: string): Line[] | string {
  const firstLine = csv.split("\n", 1)[0] ?? "";
  const delimiter = !firstLine.includes(",") && firstLine.includes(";") ? ";" : ",";
  try {
    const options = { bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true };
    return parse(csv, options) as unknown as Line[];
  } catch (error) {
    if (error instanceof CsvError) return `the CSV cannot be read: ${error.message}`;
    throw error;
  }
}
