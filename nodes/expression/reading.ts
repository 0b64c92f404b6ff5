/** Names, fields and entries: what expressions read of a point. */
import type { Point } from "../contract/point.ts";
import { type Code, expectKind, type Run, type Scope, textOf } from "./code.ts";
import { ExpressionError } from "./expression-error.ts";
import { type Kind, plain } from "./kinds.ts";
import type { Tree } from "./parse.ts";

interface Field {
  readonly kind: Kind;
  /** For completion. */
  readonly summary: string;
  readonly run: (point: Point) => unknown;
}

const fields: Readonly<Record<string, Field>> = {
  value: { kind: "any", summary: "what was measured", run: (point) => plain(point.value) },
  key: { kind: "text", summary: "name of the measured quantity", run: (point) => point.key },
  device_id: { kind: "text", summary: "the device", run: (point) => point.device_id },
  type: { kind: "text", summary: "int, float, bool, string …", run: (point) => point.type },
  quality: { kind: "number", summary: "0 is good", run: (point) => point.quality },
  timestamp: { kind: "text", summary: "when it was measured", run: (point) => point.timestamp },
  timestamp_ms: {
    kind: "number",
    summary: "when it was measured, milliseconds since 1970",
    run: (point) => Date.parse(point.timestamp),
  },
  tags: { kind: "object", summary: "texts that go with the point: tags.line", run: (point) => point.tags },
  point: { kind: "object", summary: "the whole point, for any other field: point.unit", run: (point) => point },
};

export function describeNames(): readonly { readonly name: string; readonly summary: string }[] {
  return Object.entries(fields).map(([name, { summary }]) => ({ name, summary }));
}

const fieldNames: readonly string[] = Object.keys(fields);

export function name(id: string, tree: Tree, scope: Scope): Code {
  const local = scope.locals.get(id);
  if (local !== undefined) return { kind: "any", constant: false, run: () => local.value };
  if (scope.variables.has(id)) {
    scope.used.add(id);
    return read("any", (_point, variables) => plain(variables?.[id]), tree, scope);
  }
  const field = Object.hasOwn(fields, id) ? fields[id] : undefined;
  if (field !== undefined) return read(field.kind, field.run, tree, scope);
  const known = [...fieldNames, ...scope.variables, ...scope.locals.keys()].join(", ");
  const message = `unknown name "${id}"; names are ${known}. Text stands in quotes, as in key == "${id}"`;
  throw new ExpressionError(message, tree.start);
}

/** `container.field` */
export function member(container: Tree, field: string, tree: Tree, scope: Scope): Code {
  const base = scope.compile(container, scope);
  expectKind(container, base, "object");
  const { run } = base;
  return read(entryKind(container, scope), (point, variables) => own(run(point, variables), field), tree, scope);
}

/** `container["field"]`, `list[0]` */
export function entry(container: Tree, index: Tree, tree: Tree, scope: Scope): Code {
  const base = scope.compile(container, scope);
  const at = scope.compile(index, scope);
  expectKind(container, base, "object", "list");
  expectKind(index, at, "text", "number");
  const run: Run = (point, variables) => own(base.run(point, variables), at.run(point, variables));
  return read(entryKind(container, scope), run, tree, scope);
}

/** Tags are text by definition, so that `tags.limit > 40` is found to be a mistake. */
function entryKind(container: Tree, scope: Scope): Kind {
  return container.op === "id" && container.args === "tags" && !scope.locals.has("tags") ? "text" : "any";
}

function read(kind: Kind, run: Run, tree: Tree, scope: Scope): Code {
  if (scope.locals.size === 0) scope.reads.push({ text: textOf(tree), run });
  return { kind, constant: false, run };
}

function own(container: unknown, field: unknown): unknown {
  if (typeof container !== "object" || container === null) return undefined;
  if (Array.isArray(container)) return typeof field === "number" ? plain(container[field]) : undefined;
  if (typeof field !== "string" || !Object.hasOwn(container, field)) return undefined;
  return plain((container as Readonly<Record<string, unknown>>)[field]);
}
