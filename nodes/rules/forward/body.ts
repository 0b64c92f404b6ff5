/** What is sent of a point. Pure. */
import type { Point } from "../../contract/point.ts";
import { compileTemplate } from "../../expression/template.ts";
import type { TargetConfig } from "./config.ts";

export interface Body {
  readonly contentType: string;
  /** Throws `MessageError` when the point lacks what the text needs. */
  of(point: Point): string;
}

export function bodyOf({ body, text }: Pick<TargetConfig, "body" | "text">): Body {
  if (body === "point") return { contentType: "application/json", of: (point) => JSON.stringify(point) };
  if (body === "value")
    return {
      contentType: "text/plain; charset=utf-8",
      of: ({ value }) => (typeof value === "string" ? value : JSON.stringify(value)),
    };
  const template = compileTemplate(text);
  const isJson = /^\s*[[{]/.test(text);
  return {
    contentType: isJson ? "application/json" : "text/plain; charset=utf-8",
    of: (point) => template.render(point),
  };
}

/** Templates of headers. What a header cannot hold becomes a space: a value can never begin another header. */
export function headersOf(headers: Readonly<Record<string, string>>): (point: Point) => Record<string, string> {
  const templates = Object.entries(headers).map(([name, source]) => [name, compileTemplate(source)] as const);
  return (point) =>
    Object.fromEntries(
      templates.map(([name, template]) => [name, template.render(point).replace(/[^\t\x20-\x7e\x80-\xff]/g, " ")]),
    );
}
