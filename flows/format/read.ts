/** From JSON text or a JSON value to a checked document. */
import type { z } from "zod";
import { currentFormat, type FlowDocument, flowDocument } from "./document.ts";
import { migrate } from "./migrate.ts";
import { faultPlace } from "./place.ts";
import type { Problem } from "./problem.ts";

export type ReadResult =
  | { readonly ok: true; readonly document: FlowDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Parses the text of a flow file. `name` is the file or flow it came from, for messages. */
export function readDocument(text: string, name: string): ReadResult {
  // Windows editors put a byte order mark before the text.
  const plain = text.replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch (error) {
    const place = faultPlace(plain);
    const where = place === undefined ? "" : ` at line ${place.line}, column ${place.column}`;
    // Node counts characters from the start of the text, which nobody can follow in a file.
    const why = (error as Error).message.replace(/ in JSON at position \d+.*$/, "");
    const message = `${name} is not JSON${where}: ${why}. Comments and trailing commas are not allowed.`;
    return { ok: false, problems: [{ code: "not-json", severity: "error", message }] };
  }
  return checkDocument(value, name);
}

/** Checks the shape of a document and brings older formats forward. What its nodes mean is the compiler's business. */
export function checkDocument(value: unknown, name: string): ReadResult {
  const unusable = unusablePart(value, []);
  if (unusable !== undefined) return { ok: false, problems: [{ ...unusable, ...named(value) }] };
  const migrated = migrate(value);
  if (!migrated.ok) return { ok: false, problems: [{ ...migrated.problem, ...named(value) }] };
  const parsed = flowDocument.safeParse(migrated.value);
  if (parsed.success) return { ok: true, document: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, migrated.value, name)) };
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown, name: string): Problem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const place = path.length === 0 ? name : `${name} at ${path.join(".")}`;
  const problem = { code: "bad-document", severity: "error", ...named(value) } as const;
  if (issue.code !== "unrecognized_keys") return [{ ...problem, path, message: `${place}: ${issue.message}` }];
  return issue.keys.map((key) => ({
    ...problem,
    path: [...path, key],
    message: `${place}: "${key}" is not a field of a flow of format ${currentFormat}; check the spelling or remove it`,
  }));
}

const maxDepth = 100;

/** What JSON allows and nobody can carry: nesting that exhausts the stack, and a field that JavaScript keeps for itself. */
function unusablePart(value: unknown, path: readonly (string | number)[]): Problem | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const problem = { code: "bad-document", severity: "error" } as const;
  if (path.length > maxDepth) {
    const start = path.slice(0, 5);
    return { ...problem, path: start, message: `${start.join(".")} is nested more than ${maxDepth} levels deep` };
  }
  if (Object.hasOwn(value, "__proto__")) {
    const at = [...path, "__proto__"];
    return { ...problem, path: at, message: `${at.join(".")}: no field can be called "__proto__"; rename it` };
  }
  for (const [key, member] of Object.entries(value)) {
    const found = unusablePart(member, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function named(value: unknown): { flow?: string } {
  const flow = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  return typeof flow === "string" ? { flow } : {};
}
