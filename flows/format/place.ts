/** Where in the text of a flow file something stands: for messages that a person, an editor or CI can follow. */
import jsonc from "jsonc-parser";
import type { Problem } from "./problem.ts";

/** Both count from 1; the column counts UTF-16 units, as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The first place at which `text` stops being JSON; `undefined` when it is JSON. */
export function faultPlace(text: string): Place | undefined {
  const faults: jsonc.ParseError[] = [];
  jsonc.parseTree(text, faults, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = faults;
  return first === undefined ? undefined : placeAt(text, first.offset);
}

/**
 * Where the part of the document stands that a problem is about, or the nearest part around it that exists;
 * `undefined` when the text is not JSON.
 */
export function problemPlace(text: string, { node, path = [] }: Pick<Problem, "node" | "path">): Place | undefined {
  const root = jsonc.parseTree(text);
  if (root === undefined) return undefined;
  const start = node === undefined ? root : (entryWithId(root, node) ?? root);
  // Beside a node's `config` stand fields of its own, such as `type`; a path that begins with one of those means it.
  const config = node === undefined ? undefined : jsonc.findNodeAtLocation(start, ["config"]);
  const found = (config && nearest(config, path)) ?? nearest(start, path) ?? start;
  return placeAt(text, found.offset);
}

/** A problem names connections in the same field as nodes. */
function entryWithId(root: jsonc.Node, id: string): jsonc.Node | undefined {
  const entries = ["nodes", "connections"].flatMap((list) => jsonc.findNodeAtLocation(root, [list])?.children ?? []);
  return entries.find((entry) => jsonc.findNodeAtLocation(entry, ["id"])?.value === id);
}

/** The deepest part along the path; `undefined` when not even its first step exists. A property is found by its name. */
function nearest(start: jsonc.Node, path: readonly (string | number)[]): jsonc.Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const found = jsonc.findNodeAtLocation(start, path.slice(0, length));
    if (found !== undefined) return found.parent?.type === "property" ? found.parent : found;
  }
  return undefined;
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}
