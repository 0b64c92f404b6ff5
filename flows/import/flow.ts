/** One tab of Node-RED as one document. */
import {
  currentFormat,
  type FlowConnection,
  type FlowDocument,
  type FlowNode,
  type FlowWire,
} from "../format/document.ts";
import { connectionOf } from "./connections.ts";
import type { Conversion, Exit, Made, Surroundings } from "./conversion.ts";
import { converters } from "./converters.ts";
import { Ids, slug } from "./ids.ts";
import { followLinks, type Links } from "./links.ts";
import { isRecord, type RedNode, textOf, texts } from "./node-red-file.ts";
import type { ImportedNode } from "./report.ts";

/** Cards are wider and higher than Node-RED's nodes: everything is drawn so much further apart. */
const spread = { x: 1.6, y: 2 };
const partDistancePx = 90;
const note = { width: 260, height: 110 };

export interface Sheet {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly nodes: readonly RedNode[];
  readonly notes: readonly string[];
}

/** All nodes of the file, for what tabs share. */
export interface Shared {
  readonly byId: ReadonlyMap<string, RedNode>;
  readonly links: Links;
  /** Told which configuration nodes have found their place in a document. */
  use(config: RedNode): void;
}

export interface ImportedFlow {
  readonly document: FlowDocument;
  readonly report: readonly ImportedNode[];
}

interface Placed {
  readonly red: RedNode;
  readonly ids: readonly string[];
  readonly exits: readonly Exit[];
  readonly isPlaceholder: boolean;
}

export function importSheet(sheet: Sheet, shared: Shared): ImportedFlow {
  const ids = new Ids();
  const nodes: FlowNode[] = [];
  const report: ImportedNode[] = [];
  const places: Record<string, { x: number; y: number }> = {};
  const placed = new Map<string, Placed>();
  const { connections, around } = surroundingsOf(shared);
  const leadOn = new Set<string>();
  const tell = (red: RedNode, node: string | undefined, outcome: ImportedNode["outcome"], notes: readonly string[]) =>
    report.push({
      flow: sheet.id,
      ...(node === undefined ? {} : { node }),
      name: (red.name || red.type).slice(0, 200),
      type: red.type.slice(0, 200),
      outcome,
      notes,
    });
  const boxes = boxesOf(sheet.nodes);
  for (const red of sheet.nodes) {
    if (red.type === "group" || red.type === "comment") {
      tell(red, undefined, "converted", []);
      continue;
    }
    if (red.type === "link in" || (red.type === "link out" && textOf(red, "mode") !== "return")) {
      leadOn.add(red.id);
      tell(red, undefined, ...linkWords(red, sheet, shared));
      continue;
    }
    const convert = converters.get(red.type);
    const made = convert?.(red, around) ?? "there is no counterpart of its type";
    if (typeof made !== "string" && made.parts.length === 0) {
      leadOn.add(red.id);
      tell(red, undefined, made.outcome, made.notes);
      continue;
    }
    const isPlaceholder = typeof made === "string";
    const parts: Conversion["parts"] = isPlaceholder ? [placeholder(red, shared)] : made.parts;
    const own = parts.map(({ type, config }, index) => {
      const id = ids.make([red.name, red.type], "node");
      const isDisabled = isPlaceholder || red.isDisabled;
      const name = red.name || (isPlaceholder ? red.type : "");
      nodes.push({ id, type, name, ...(isDisabled ? { disabled: true } : {}), config: { ...config } });
      if (red.place !== undefined) {
        const { x, y } = drawnAt(red.place);
        places[id] = { x, y: y + index * partDistancePx };
      }
      return id;
    });
    placed.set(red.id, { red, ids: own, exits: isPlaceholder ? [] : (made.exits ?? []), isPlaceholder });
    if (isPlaceholder) tell(red, own[0], "by-hand", [`Kept as it was, disabled: ${made}.`]);
    else tell(red, own[0], made.outcome, made.notes);
  }
  const { wires, refused } = wiresOf(placed, leadOn, nodes, shared);
  const rows = report.map((row) => {
    const words = row.node === undefined ? undefined : refused.get(row.node);
    return words === undefined
      ? row
      : {
          ...row,
          outcome: row.outcome === "converted" ? ("approximated" as const) : row.outcome,
          notes: [...row.notes, ...words],
        };
  });
  const document: FlowDocument = {
    format: currentFormat,
    id: sheet.id,
    name: sheet.name,
    description: sheet.description,
    enabled: sheet.isEnabled,
    delivery: "live",
    connections: [...connections.values()].map(({ connection }) => connection),
    nodes,
    wires,
    layout: {
      nodes: places,
      groups: boxes.groups.map(({ red, ...box }) => ({
        ...box,
        id: ids.make([red.name], "group"),
        name: red.name,
        nodes: texts(red.all["nodes"]).flatMap((id) => placed.get(id)?.ids ?? []),
      })),
      notes: boxes.notes.map(({ red, ...box }) => ({
        ...box,
        id: ids.make([red.name], "note"),
        text: [red.name, textOf(red, "info")].filter(Boolean).join("\n\n"),
      })),
    },
  };
  const sheetRows: ImportedNode[] =
    sheet.notes.length === 0
      ? []
      : [{ flow: sheet.id, name: sheet.name, type: "tab", outcome: "by-hand", notes: sheet.notes }];
  return { document, report: [...sheetRows, ...rows] };
}

/** What no converter knows, kept so that nothing is lost: with the configuration it names. */
function placeholder(red: RedNode, shared: Shared) {
  const settings = Object.values(red.all).flatMap((value) => {
    const config = typeof value === "string" ? shared.byId.get(value) : undefined;
    if (config === undefined || config.place !== undefined || config.id === red.z || config.id === red.id) return [];
    if (config.type === "tab" || config.type === "subflow" || config.type === "group") return [];
    shared.use(config);
    return [config.all];
  });
  const type = `node-red.${slug(red.type) || "node"}`;
  return { type, config: { original: red.all, ...(settings.length === 0 ? {} : { settings }) } };
}

function surroundingsOf(shared: Shared) {
  const ids = new Ids();
  const connections = new Map<string, { readonly connection: FlowConnection; readonly made: Made }>();
  const named = (list: readonly string[] | undefined) => (list ?? []).flatMap((id) => shared.byId.get(id) ?? []);
  const around: Surroundings = {
    config(node, field) {
      const found = shared.byId.get(textOf(node, field));
      return found?.place === undefined ? found : undefined;
    },
    connection(config) {
      if (config === undefined) return undefined;
      const known = connections.get(config.id);
      if (known !== undefined) return known.made;
      const found = connectionOf(config);
      if (found === undefined) return undefined;
      const { type, config: settings, notes } = found;
      const id = ids.make([config.name], type);
      const connection = { id, type, ...(config.name === "" ? {} : { name: config.name }), config: { ...settings } };
      connections.set(config.id, { connection, made: { id, notes } });
      shared.use(config);
      return { id, notes };
    },
    before: ({ id }) => named(shared.links.into.get(id)),
    after: ({ wires }) => named(wires.flat()),
  };
  return { connections, around };
}

function linkWords(red: RedNode, sheet: Sheet, { byId }: Shared): ["converted" | "by-hand", readonly string[]] {
  const elsewhere = texts(red.all["links"]).filter((id) => (byId.get(id)?.z ?? sheet.id) !== red.z);
  if (elsewhere.length === 0) return ["converted", ["Joined: a wire stands for it."]];
  const words = "It leads to or comes from another flow: let the node there listen to a subject of this flow.";
  return ["by-hand", [words]];
}

function wiresOf(
  placed: ReadonlyMap<string, Placed>,
  leadOn: ReadonlySet<string>,
  nodes: readonly FlowNode[],
  shared: Shared,
) {
  const wires = new Map<string, FlowWire>();
  const refused = new Map<string, string[]>();
  const categories = new Map(nodes.map(({ id, type }) => [id, type.split(".")[0]]));
  const refuse = (id: string | undefined, words: string) => {
    if (id === undefined) return;
    const before = refused.get(id) ?? [];
    if (!before.includes(words)) refused.set(id, [...before, words]);
  };
  for (const { red, ids, exits, isPlaceholder } of placed.values())
    for (const [output, first] of red.wires.entries()) {
      const exit: Exit | undefined = isPlaceholder
        ? { part: 0, ...(output === 0 ? {} : { port: `out-${output + 1}` }) }
        : (exits[output] ?? (output === 0 ? { part: 0 } : undefined));
      if (exit === undefined) {
        if (first.length > 0)
          refuse(ids[0], `What was wired to its output ${output + 1} is not: there is one output now.`);
        continue;
      }
      const from = ids[exit.part];
      if (from === undefined) continue;
      const { ends, isComplete } = followLinks(first, red.z, leadOn, shared);
      if (!isComplete)
        refuse(from, "A wire of it leads to nothing, to another flow or to too many nodes, and is left out.");
      for (const to of ends.flatMap((end) => placed.get(end)?.ids ?? [])) {
        if (to === from) refuse(from, "The wire back to itself is left out.");
        else if (categories.get(from) === "sink")
          refuse(from, "Nothing leaves it any more: what was wired to it is not.");
        else if (categories.get(to) === "adapter")
          refuse(to, "It has no input any more: the wires to it are left out.");
        else {
          const port = exit.port === undefined ? {} : { port: exit.port };
          wires.set([from, exit.port ?? "out", to].join("\n"), { from, ...port, to });
        }
      }
    }
  return { wires: [...wires.values()], refused };
}

function drawnAt({ x, y }: { readonly x: number; readonly y: number }) {
  return { x: rounded(x * spread.x), y: rounded(y * spread.y) };
}

function boxesOf(nodes: readonly RedNode[]) {
  const notes = nodes
    .filter(({ type }) => type === "comment")
    .map((red) => ({ red, ...drawnAt(red.place ?? { x: 0, y: 0 }), ...note }));
  const groups = nodes
    .filter(({ type }) => type === "group")
    .map((red) => {
      const style = isRecord(red.all["style"]) ? red.all["style"] : {};
      const color = style["fill"];
      const isColor = typeof color === "string" && /^#[0-9a-f]{6}$/i.test(color);
      return {
        red,
        ...drawnAt(red.place ?? { x: 0, y: 0 }),
        width: size(red.all["w"], spread.x),
        height: size(red.all["h"], spread.y),
        ...(isColor ? { color } : {}),
      };
    });
  return { notes, groups };
}

function size(value: unknown, factor: number): number {
  return Math.max(100, rounded(typeof value === "number" ? value * factor : 200));
}

const farthestPx = 1_000_000;

function rounded(value: number): number {
  return Math.round(Math.min(farthestPx, Math.max(-farthestPx, value)));
}
