/** Records as lines of a file. Pure. */
import type { SinkRecord } from "../../contract/connector.ts";

const columns = ["timestamp", "device_id", "key", "value", "type", "quality", "trace_id"] as const;

export const csvHeader = `${columns.join(",")}\n`;

/** One line, quoted as RFC 4180 says. What a record does not have stays empty; objects and lists are JSON. */
export function csvLine({ data, timestamp, traceId }: SinkRecord): string {
  const row: Readonly<Record<string, unknown>> = {
    trace_id: traceId,
    ...data,
    timestamp: data["timestamp"] ?? timestamp,
  };
  return `${columns.map((column) => csvField(row[column])).join(",")}\n`;
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
