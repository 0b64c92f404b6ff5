/** What a mail says about the messages of a batch. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { SinkRecord } from "../../contract/connector.ts";
import type { Point } from "../../contract/point.ts";
import { toText } from "../../expression/functions.ts";
import { type CompiledTemplate, compileTemplate } from "../../expression/template.ts";

/** What templates can name besides what the message has itself. */
export const letterVariables = ["alert"] as const;

export interface LetterTexts {
  /** Of a mail about one message; of several it says how many. */
  readonly subject: string | undefined;
  readonly text: string | undefined;
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
  /** The same whenever the same messages are sent again, so that mail systems can tell. */
  readonly messageId: string;
}

/** One thing to tell: an alert, or a message that has none. */
interface News {
  /** The same for copies of the same news. */
  readonly id: string;
  readonly point: Point;
  readonly alert: Readonly<Record<string, unknown>> | undefined;
}

/** Throws `MessageError` when a template does not fit a message. */
export function letterWriter(texts: LetterTexts): (records: readonly SinkRecord[]) => Letter {
  const subjectOf = writer(texts.subject, headline);
  const textOf = writer(texts.text, paragraph);
  return (records) => {
    const news = [...new Map(records.flatMap(newsOf).map((one) => [one.id, one])).values()];
    const [first] = news;
    const subject = first === undefined ? "" : subjectOf(first);
    return {
      subject: oneLine(news.length > 1 ? `${news.length} messages: ${subject} …` : subject),
      text: news.map(textOf).join("\n\n"),
      messageId: `<${createHash("sha256")
        .update(news.map(({ id }) => id).join("\n"))
        .digest("hex")
        .slice(0, 32)}@sluice>`,
    };
  };
}

function writer(source: string | undefined, otherwise: (news: News) => string): (news: News) => string {
  if (source === undefined) return otherwise;
  const template: CompiledTemplate = compileTemplate(source, letterVariables);
  return ({ point, alert }) => template.render(point, alert === undefined ? {} : { alert });
}

const alertShape = z.looseObject({
  id: z.string(),
  event: z.string(),
  level: z.string(),
  message: z.string(),
  timestamp: z.string(),
});

/** A rule's result holds its alerts; what stands on `iot.alerts.>` is one. */
function newsOf({ data, traceId, subject }: SinkRecord): readonly News[] {
  const point = data as unknown as Point;
  const candidates: readonly unknown[] = Array.isArray(data["alerts"]) ? data["alerts"] : [data];
  const alerts = candidates.flatMap((candidate) => alertShape.safeParse(candidate).data ?? []);
  if (alerts.length === 0) return [{ id: `${traceId} ${subject}`, point, alert: undefined }];
  return alerts.map((alert) => ({ id: `${alert.id} ${alert.event} ${alert.timestamp}`, point, alert }));
}

function headline({ point, alert }: News): string {
  if (alert === undefined) return `${point.device_id} ${point.key}: ${shown(point.value)}`;
  const isOver = alert["state"] === "cleared";
  return `${isOver ? "Over" : String(alert["level"]).toUpperCase()}: ${String(alert["message"])}`;
}

function paragraph(news: News): string {
  const { point, alert } = news;
  const rows: readonly (readonly [string, unknown])[] = [
    ["device", point.device_id],
    ["key", point.key],
    ["value", shown(point.value)],
    ["time", alert?.["timestamp"] ?? point.timestamp],
    ["event", alert?.["event"]],
    ["state", alert?.["alarm_state"]],
    ["priority", alert?.["priority"]],
    ["limit", alert?.["limit"]],
    ["rule", alert?.["rule_name"] ?? point["rule_name"]],
  ];
  const told = rows.filter(([, value]) => value !== undefined && value !== "");
  return [headline(news), ...told.map(([name, value]) => `  ${name}: ${toText(value)}`)].join("\n");
}

function shown(value: unknown): string {
  return value === undefined ? "" : toText(value);
}

/** A subject is one line, and none that readers cut off. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
