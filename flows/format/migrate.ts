/** Brings documents of older formats forward, one named step at a time. */
import { currentFormat } from "./document.ts";
import type { Problem } from "./problem.ts";

/** `steps[n]` turns a document of format n into one of format n + 1. */
const steps: Readonly<Record<number, (document: Record<string, unknown>) => Record<string, unknown>>> = {};

export function migrate(
  value: unknown,
  from = steps,
  target: number = currentFormat,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem } {
  const refuse = (message: string) =>
    ({ ok: false, problem: { code: "bad-format", severity: "error", path: ["format"], message } }) as const;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse('a flow is a JSON object such as {"format": 1, "id": "boiler-room", "nodes": [], "wires": []}');
  let document = value as Record<string, unknown>;
  const format = document["format"];
  if (typeof format !== "number" || !Number.isInteger(format) || format < 1)
    return refuse(`"format" is missing or not a number; this product writes format ${target}`);
  if (format > target)
    return refuse(`the flow has format ${format}, made by a newer version; this one reads up to ${target}: update it`);
  for (let at = format; at < target; at++) {
    const step = from[at];
    if (step === undefined) return refuse(`there is no migration from format ${at}`);
    document = { ...step(document), format: at + 1 };
  }
  return { ok: true, value: document };
}
