/** From JSON text or a JSON value to a checked document. */
import type { z } from "zod";
import { currentFormat, type FlowDocument, flowDocument } from "./document.ts";
import { migrate } from "./migrate.ts";
import type { Problem } from "./problem.ts";

export type ReadResult =
  | { readonly ok: true; readonly document: FlowDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Parses the text of a flow file. `name` is the file or flow it came from, for messages. */
export function readDocument(text: string, name: string): ReadResult {
  try {
    return checkDocument(JSON.parse(text), name);
  } catch (error) {
    const message = `${name} is not JSON: ${(error as Error).message}. Comments and trailing commas are not allowed.`;
    return { ok: false, problems: [{ code: "not-json", severity: "error", message }] };
  }
}

/** Checks the shape of a document and brings older formats forward. What its nodes mean is the compiler's business. */
export function checkDocument(value: unknown, name: string): ReadResult {
  const migrated = migrate(value);
  if (!migrated.ok) return { ok: false, problems: [{ ...migrated.problem, ...named(value) }] };
  const parsed = flowDocument.safeParse(migrated.value);
  if (parsed.success) return { ok: true, document: parsed.data };
  return { ok: false, problems: parsed.error.issues.map((issue) => problemOf(issue, migrated.value, name)) };
}

function problemOf(issue: z.core.$ZodIssue, value: unknown, name: string): Problem {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const place = path.length === 0 ? name : `${name} at ${path.join(".")}`;
  const remedy =
    issue.code === "unrecognized_keys"
      ? `${issue.keys.map((key) => `"${key}"`).join(", ")} is not a field of a flow of format ${currentFormat}; check the spelling or remove it`
      : issue.message;
  return { code: "bad-document", severity: "error", ...named(value), path, message: `${place}: ${remedy}` };
}

function named(value: unknown): { flow?: string } {
  const flow = typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  return typeof flow === "string" ? { flow } : {};
}
