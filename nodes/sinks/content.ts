/** What sinks that write text make of a message. */
import { z } from "zod";
import type { SinkRecord } from "../contract/connector.ts";
import { MessageError } from "../contract/errors.ts";

const contents = ["data", "envelope"] as const;
export type Content = (typeof contents)[number];

/** The field by which people choose. */
export const contentField = z
  .enum(contents)
  .default("data")
  .meta({
    title: "Content",
    description: "The envelope also says when, by which node and as part of which flow the message was sent.",
    labels: { data: "Data, with trace id", envelope: "Complete message" },
  });

/** One line of JSON: the data with its `trace_id`, or the complete message, as it came wherever it is one line. */
export function contentText({ data, traceId, text }: SinkRecord, content: Content): string {
  if (content === "data") return JSON.stringify("trace_id" in data ? data : { ...data, trace_id: traceId });
  return text.includes("\n") ? JSON.stringify(JSON.parse(text)) : text;
}

/** The value alone: text as it is, anything else as JSON. Throws `MessageError` when there is none. */
export function valueText({ data }: SinkRecord): string {
  const { value } = data;
  if (value === undefined) throw new MessageError("missing_field", "there is no value");
  return typeof value === "string" ? value : JSON.stringify(value);
}
