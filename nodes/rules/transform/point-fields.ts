/** Places in a point by their path: what stands there, and drafts with something else there. Nothing is changed in place. */
import { MessageError } from "../../contract/errors.ts";
import { toText } from "../../expression/functions.ts";
import { kindOf, show } from "../../expression/kinds.ts";
import { at, type Path, parsePath } from "../../plugins/convert/path.ts";
import type { Draft } from "./step.ts";

/** Why a step may not change what stands at a path; `undefined` when it may, or when it is no path at all. */
export function fieldProblem(text: string): string | undefined {
  const path = parsePath(text);
  if (path === undefined) return undefined;
  const [root, ...rest] = path;
  if (root === undefined) return "name a field, for example value.x";
  if (root === "device_id" || root === "key") return "names are changed by the step Rename";
  if (root === "type") return "the type is changed by the step Set the type";
  if (root === "tags" && rest.length !== 1) return "name one tag, for example tags.line";
  if ((root === "quality" || root === "timestamp") && rest.length > 0) return `${root} has no fields`;
  return undefined;
}

export function pathOf(text: string): Path {
  return parsePath(text) ?? [];
}

export function fieldOf(draft: Draft, path: Path): unknown {
  return at(draft, path);
}

/** Throws `MessageError` when something on the way cannot have fields, or the value does not fit the place. */
export function setField(draft: Draft, path: Path, value: unknown): void {
  const [root = "", ...rest] = path;
  if (root === "tags") draft.tags = withField(draft.tags, rest, toText(value), "tags") as Draft["tags"];
  else if (root === "quality") draft.quality = qualityOf(value);
  else if (root === "timestamp") draft.timestamp = timestampOf(value);
  else draft[root] = withField(draft[root], rest, value, root);
}

/** Nothing there is no error. */
export function removeField(draft: Draft, path: Path): void {
  const [root = "", ...rest] = path;
  if (rest.length > 0) draft[root] = without(draft[root], rest);
  else if (root === "value") draft.value = null;
  else if (root !== "quality" && root !== "timestamp") delete draft[root];
}

function withField(container: unknown, [name, ...rest]: Path, value: unknown, place: string): unknown {
  if (name === undefined) return value;
  const here = `${place}.${name}`;
  if (Array.isArray(container)) {
    const index = Number(name);
    if (!(index >= 0 && index <= container.length))
      throw new MessageError("type_mismatch", `${place} is a list of ${container.length}, and has no ${name}`);
    return Object.assign([...(container as unknown[])], { [index]: withField(container[index], rest, value, here) });
  }
  if (container !== undefined && container !== null && kindOf(container) !== "object")
    throw new MessageError("type_mismatch", `${place} is ${show(container)}, and cannot have the field ${name}`);
  const fields = (container ?? {}) as Readonly<Record<string, unknown>>;
  const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return { ...fields, [name]: withField(before, rest, value, here) };
}

function without(container: unknown, [name = "", ...rest]: Path): unknown {
  if (typeof container !== "object" || container === null || !Object.hasOwn(container, name)) return container;
  if (rest.length > 0)
    return withField(container, [name], without((container as Readonly<Record<string, unknown>>)[name], rest), "");
  if (Array.isArray(container)) return container.filter((_, index) => index !== Number(name));
  const { [name]: _, ...others } = container as Readonly<Record<string, unknown>>;
  return others;
}

function qualityOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw new MessageError("type_mismatch", `a quality is a whole number, 0 for good, not ${show(value)}`);
}

function timestampOf(value: unknown): string {
  const ms = typeof value === "string" ? Date.parse(value) : value;
  if (typeof ms === "number" && Math.abs(ms) <= 8.64e15) return new Date(ms).toISOString();
  throw new MessageError("invalid_timestamp", `${show(value)} is not a time; use milliseconds since 1970 or RFC 3339`);
}
