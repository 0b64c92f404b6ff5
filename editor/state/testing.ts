/** Documents for tests. */
import type { FlowDocument, FlowNode, StoredFlow } from "../../server/api/contract.ts";
import { emptyFlow } from "./edits.ts";

/** Nodes named by their type's stage and a letter: `adapter.a`, `rule.b`; wires as `a>b`, from another port as `a:failed>b`. */
export function flowOf(types: readonly string[], wires: readonly string[] = [], id = "boiler"): FlowDocument {
  const nodes = types.map((type): FlowNode => ({ id: type.slice(type.indexOf(".") + 1), type, name: "", config: {} }));
  return {
    ...emptyFlow(id, "Boiler"),
    nodes,
    wires: wires.map((text) => {
      const [, from = "", port, to = ""] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(text) ?? [];
      return { from, ...(port === undefined ? {} : { port }), to };
    }),
    layout: {
      nodes: Object.fromEntries(nodes.map((node, index) => [node.id, { x: index * 300, y: 0 }])),
      groups: [],
      notes: [],
    },
  };
}

export function storedFlow(document: FlowDocument, revision = 1): StoredFlow {
  return { document, revision, deployedAt: "2026-01-01T00:00:00.000Z", author: "ann", problems: [] };
}

export function wireTexts({ wires }: FlowDocument): string[] {
  return wires.map(({ from, port, to }) => `${from}${port === undefined ? "" : `:${port}`}>${to}`).sort();
}

/** A `Storage` that takes at most `limit` characters. */
export function memoryStorage(limit = Number.POSITIVE_INFINITY): Storage {
  const items = new Map<string, string>();
  const storage = {
    get length() {
      return items.size;
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (key: string) => items.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > limit) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
    removeItem: (key: string) => void items.delete(key),
    clear: () => items.clear(),
  };
  return storage;
}
