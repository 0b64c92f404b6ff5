/** Two people changed one flow: what each did goes together by itself where it can, and is a clash where it cannot. Pure. */
import type { FlowConnection, FlowDocument, FlowNode } from "../../server/api/contract.ts";
import { same } from "./same.ts";
import { wireId } from "./wiring.ts";

export type Side = "mine" | "theirs";

/** Something both sides changed, differently. `undefined` means that the side removed it. */
export type Clash =
  | { readonly kind: "node"; readonly id: string; readonly mine?: FlowNode; readonly theirs?: FlowNode }
  | {
      readonly kind: "connection";
      readonly id: string;
      readonly mine?: FlowConnection;
      readonly theirs?: FlowConnection;
    }
  | { readonly kind: "setting"; readonly id: SettingName; readonly mine: unknown; readonly theirs: unknown };

const settingNames = ["name", "description", "enabled", "delivery", "results"] as const;
type SettingName = (typeof settingNames)[number];

export interface Merged {
  readonly document: FlowDocument;
  readonly clashes: readonly Clash[];
}

export function clashKey({ kind, id }: Clash): string {
  return `${kind}/${id}`;
}

/**
 * Brings what `mine` changed since `base` into `theirs`. Clashes are settled by `choices` (by `clashKey`), for mine
 * where nothing is chosen. Where things stand on the canvas never clashes: mine wins.
 */
export function mergeFlows(
  base: FlowDocument,
  mine: FlowDocument,
  theirs: FlowDocument,
  choices: ReadonlyMap<string, Side> = new Map(),
): Merged {
  const clashes: Clash[] = [];
  const settle = <Item>(kind: Clash["kind"], id: string, was: Item, my: Item, their: Item): Item => {
    if (same(was, my) || same(my, their)) return their;
    if (same(was, their)) return my;
    // The cast joins a kind with its own type of item again, which the callers below keep together.
    const clash = {
      kind,
      id,
      ...(my === undefined ? {} : { mine: my }),
      ...(their === undefined ? {} : { theirs: their }),
    } as Clash;
    clashes.push(clash);
    return choices.get(clashKey(clash)) === "theirs" ? their : my;
  };
  const quietly = <Item>(_id: string, was: Item, my: Item, their: Item): Item => (same(was, my) ? their : my);

  const settings = Object.fromEntries(
    settingNames.map((name) => [name, settle<unknown>("setting", name, base[name], mine[name], theirs[name])]),
  ) as Pick<FlowDocument, SettingName>;
  const { results, ...rest } = settings;
  const nodes = mergeItems(base.nodes, mine.nodes, theirs.nodes, (id, was, my, their) =>
    settle("node", id, was, my, their),
  );
  const connections = mergeItems(base.connections, mine.connections, theirs.connections, (id, was, my, their) =>
    settle("connection", id, was, my, their),
  );
  const ids = new Set(nodes.map(({ id }) => id));
  const document: FlowDocument = {
    ...theirs,
    ...rest,
    ...(results === undefined ? {} : { results }),
    nodes,
    connections,
    wires: mergeWires(base, mine, theirs).filter(({ from, to }) => ids.has(from) && ids.has(to)),
    layout: {
      nodes: Object.fromEntries(
        nodes.flatMap(({ id }) => {
          const at = quietly(id, base.layout.nodes[id], mine.layout.nodes[id], theirs.layout.nodes[id]);
          const place = at ?? mine.layout.nodes[id] ?? theirs.layout.nodes[id];
          return place === undefined ? [] : [[id, place]];
        }),
      ),
      groups: mergeItems(base.layout.groups, mine.layout.groups, theirs.layout.groups, quietly).map((group) => ({
        ...group,
        nodes: group.nodes.filter((id) => ids.has(id)),
      })),
      notes: mergeItems(base.layout.notes, mine.layout.notes, theirs.layout.notes, quietly),
    },
  };
  return { document, clashes };
}

function mergeItems<Item extends { readonly id: string }>(
  base: readonly Item[],
  mine: readonly Item[],
  theirs: readonly Item[],
  settle: (id: string, was: Item | undefined, my: Item | undefined, their: Item | undefined) => Item | undefined,
): Item[] {
  const [was, my, their] = [base, mine, theirs].map((items) => new Map(items.map((item) => [item.id, item])));
  const ids = new Set([...theirs, ...mine].map(({ id }) => id));
  return [...ids].flatMap((id) => settle(id, was?.get(id), my?.get(id), their?.get(id)) ?? []);
}

function mergeWires(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): FlowDocument["wires"] {
  const was = new Set(base.wires.map(wireId));
  const my = new Set(mine.wires.map(wireId));
  const their = new Set(theirs.wires.map(wireId));
  const kept = theirs.wires.filter((wire) => my.has(wireId(wire)) || !was.has(wireId(wire)));
  const added = mine.wires.filter((wire) => !was.has(wireId(wire)) && !their.has(wireId(wire)));
  return [...kept, ...added];
}
