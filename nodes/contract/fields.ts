/** Kinds of configuration fields that every node can use. Each names the widget the editor shows for it. */
import { z } from "zod";
import type { ConnectionDefinition } from "./connection.ts";

/** What the editor reads from a field's JSON Schema besides what JSON Schema says itself. */
export interface FieldMeta {
  /** Label of the field. */
  readonly title?: string;
  /** One sentence below it. */
  readonly description?: string;
  /** `°C`, `ms`: shown behind the value. */
  readonly unit?: string;
  readonly widget?: Widget;
  readonly placeholder?: string;
  /** Folded away until asked for. */
  readonly advanced?: boolean;
  /** Shown only while another field of the same object has one of these values. */
  readonly showWhen?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** Labels of the values of an enumeration. */
  readonly labels?: Readonly<Record<string, string>>;
  /** For the widget `connection`: the type of connection. */
  readonly connection?: string;
  readonly [key: string]: unknown;
}
export type Widget =
  | "duration"
  | "expression"
  | "template"
  | "subject"
  | "topic"
  | "secret"
  | "connection"
  | "table"
  | "json"
  | "multiline"
  | "path";

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** Milliseconds of a duration such as `500ms`, `2s`, `1m30s` (Go's form); `undefined` when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    totalMs += Number(amount) * (unitMs[unit ?? ""] ?? Number.NaN);
  return totalMs;
}

/** A duration such as `"500ms"` in the document; milliseconds in the code. `min` and `max` are durations as well. */
export function duration(options: { default?: string; min?: string; max?: string } & FieldMeta = {}) {
  const { default: initial, min, max, ...meta } = options;
  const text = z.string().superRefine((value, context) => {
    const ms = parseDuration(value);
    const report = (message: string) => context.addIssue({ code: "custom", message });
    if (ms === undefined) report(`"${value}" is not a duration; write for example "500ms", "2s" or "1m30s"`);
    else if (min !== undefined && ms < (parseDuration(min) ?? 0)) report(`must be at least ${min}`);
    else if (max !== undefined && ms > (parseDuration(max) ?? 0)) report(`must be at most ${max}`);
  });
  const shown = { widget: "duration" as const, ...meta };
  const milliseconds = (value: string) => parseDuration(value) ?? Number.NaN;
  return initial === undefined
    ? text.meta(shown).transform(milliseconds)
    : text.default(initial).meta(shown).transform(milliseconds);
}

/** The id of an entry of the document's `connections` of the given type. */
export function connection<Client>(
  to: Pick<ConnectionDefinition<never, Client>, "type" | "title">,
  meta: FieldMeta = {},
) {
  return z
    .string({ error: `choose a connection of type ${to.title}` })
    .min(1, `choose a connection of type ${to.title}`)
    .meta({ title: "Connection", widget: "connection", connection: to.type, ...meta });
}

/** A reference to a stored secret, `{"$secret": "name"}`, in the document; the secret itself in the code. */
export function secret(meta: FieldMeta = {}) {
  return z
    .union([z.string(), z.strictObject({ $secret: z.string().min(1) })])
    .meta({ widget: "secret", ...meta })
    .transform((value) => {
      if (typeof value === "string") return value;
      throw new Error(`secret "${value.$secret}" was not resolved before the configuration was read`);
    });
}
