/** Records as lines of a file. Pure. */
import type { SinkRecord } from "../../contract/connector.ts";

export const csvColumns: readonly string[] = ["timestamp", "device_id", "key", "value", "type", "quality", "trace_id"];

export function csvHeader(columns: readonly string[]): string {
  return `${columns.map(csvField).join(",")}\n`;
}

/**
 * One line, quoted as RFC 4180 says. A column is a field of the data, `tags.{name}`, or `trace_id`. What a record does
 * not have stays empty; objects and lists are JSON.
 */
export function csvLine(columns: readonly string[]): (record: SinkRecord) => string {
  return ({ data, timestamp, traceId }) => {
    const { tags } = data;
    const row: Readonly<Record<string, unknown>> = {
      trace_id: traceId,
      ...data,
      timestamp: data["timestamp"] ?? timestamp,
    };
    const field = (column: string) =>
      column.startsWith("tags.") && typeof tags === "object" && tags !== null
        ? (tags as Readonly<Record<string, unknown>>)[column.slice("tags.".length)]
        : row[column];
    return `${columns.map((column) => csvField(field(column))).join(",")}\n`;
  };
}

function csvField(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // A record stays on one line, so that a line cut short by a power cut can be told from the ones before it.
  const oneLine = text.replace(/\r\n|[\r\n]/g, " ");
  return /[",]|^\s|\s$/.test(oneLine) ? `"${oneLine.replaceAll('"', '""')}"` : oneLine;
}

/** What has to follow a line that was cut short, so that the next record stands on a line of its own. */
export function csvMending(line: string): string {
  const isQuoteOpen = line.replace(/[^"]/g, "").length % 2 === 1;
  return isQuoteOpen ? '"\n' : "\n";
}
