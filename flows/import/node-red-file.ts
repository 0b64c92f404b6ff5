/** The text of a Node-RED `flows.json`, or of an export, as nodes: everything kept, nothing trusted. */
import { faultPlace } from "../format/place.ts";

export interface RedNode {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** The tab or subflow it lies on; empty for configuration shared by all. */
  readonly z: string;
  /** Centre of the node; left out for configuration, which is not drawn. */
  readonly place?: { readonly x: number; readonly y: number };
  readonly isDisabled: boolean;
  /** For each output the ids it leads to. */
  readonly wires: readonly (readonly string[])[];
  /** The node as it stands in the file, without credentials. */
  readonly all: Readonly<Record<string, unknown>>;
}

export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

const maxNodes = 50_000;
const maxCharacters = 33_554_432;
/** What a request to the gateway may be nested, less what a document puts around it. */
const maxDepth = 50;

export function parseJson(text: string): Reading<unknown> {
  if (text.length > maxCharacters)
    return refusal(`the text is longer than ${maxCharacters} characters: export fewer flows at once`);
  const plain = text.replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch (error) {
    const why = (error as Error).message.replace(/ in JSON at position \d+.*$/s, "").slice(0, 200);
    return refusal(`this is not JSON${placeWords(plain)}: ${why}`);
  }
  const fault = unusable(value, 0);
  return fault === undefined ? { ok: true, value } : refusal(fault);
}

/** Nesting that is too deep for the one that looks for the place is said without it. */
function placeWords(text: string): string {
  try {
    const place = faultPlace(text);
    return place === undefined ? "" : ` at line ${place.line}, column ${place.column}`;
  } catch (error) {
    if (error instanceof RangeError) return "";
    throw error;
  }
}

function unusable(value: unknown, depth: number): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > maxDepth) return `it is nested more than ${maxDepth} levels deep`;
  if (Object.hasOwn(value, "__proto__")) return 'it has a field called "__proto__", which no flow needs: remove it';
  for (const member of Object.values(value)) {
    const fault = unusable(member, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The nodes of a list, or of `{flows: […]}` as the admin API answers; `undefined` when it is neither. */
export function nodeList(value: unknown): readonly unknown[] | undefined {
  const list = isRecord(value) && !("format" in value) ? value["flows"] : value;
  if (!Array.isArray(list) || !list.some((entry) => isRecord(entry) && typeof entry["type"] === "string"))
    return undefined;
  return list;
}

export interface RedFile {
  readonly nodes: readonly RedNode[];
  /** What could not be read as nodes, in words. */
  readonly leftOut: readonly string[];
}

export function readNodes(list: readonly unknown[]): Reading<RedFile> {
  if (list.length > maxNodes) return refusal(`it has more than ${maxNodes} nodes: export fewer flows at once`);
  const nodes = new Map<string, RedNode>();
  const leftOut: string[] = [];
  for (const [index, entry] of list.entries()) {
    const place = `entry ${index + 1}`;
    if (!isRecord(entry) || typeof entry["type"] !== "string" || entry["type"] === "") {
      leftOut.push(`${place} is no node: it has no type.`);
      continue;
    }
    // One without an id cannot be wired, but what it holds is kept.
    const id = typeof entry["id"] === "string" && entry["id"] !== "" ? entry["id"] : `\u0000${index}`;
    if (nodes.has(id))
      leftOut.push(`${place} has the id of an earlier node, ${id.slice(0, 40)}: the first one counts.`);
    else nodes.set(id, redNode(entry, id, entry["type"]));
  }
  return { ok: true, value: { nodes: [...nodes.values()], leftOut } };
}

function redNode(entry: Readonly<Record<string, unknown>>, id: string, type: string): RedNode {
  const { credentials: _, ...all } = entry;
  const x = entry["x"];
  const y = entry["y"];
  const isPlaced = typeof x === "number" && typeof y === "number";
  const wires = Array.isArray(entry["wires"]) ? entry["wires"] : [];
  return {
    id,
    type,
    name: typeof entry["name"] === "string" ? entry["name"] : "",
    z: typeof entry["z"] === "string" ? entry["z"] : "",
    ...(isPlaced ? { place: { x, y } } : {}),
    isDisabled: entry["d"] === true,
    wires: wires.map(texts),
    all,
  };
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

export function rows(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A field as text; empty when it is missing or something else. Node-RED writes most numbers as texts. */
export function textOf({ all }: Pick<RedNode, "all">, field: string): string {
  const value = all[field];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A field as a number, also when it is written as text; `undefined` when it is none. */
export function numberOf(node: Pick<RedNode, "all">, field: string): number | undefined {
  return numberIn(textOf(node, field));
}

export function numberIn(text: string): number | undefined {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}
