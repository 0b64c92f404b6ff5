/** What operators remember between two runs: one row for each entry. */
import type { NodeRef, NodeState, NodeStateChange } from "../node-state.ts";
import type { Database } from "./database.ts";
import { storeError } from "./store-error.ts";

interface Row {
  readonly entry: string;
  readonly basis: string;
  readonly state: string;
}

export class NodeStates {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  load(nodes: readonly NodeRef[]): NodeState[] {
    const select = this.#database.prepare<[string, string], Row>(
      "SELECT entry, basis, state FROM node_state WHERE flow = ? AND node = ?",
    );
    return nodes.flatMap(({ flow, node }) => {
      const byBasis = new Map<string, [string, string][]>();
      for (const { entry, basis, state } of select.iterate(flow, node)) {
        const entries = byBasis.get(basis);
        if (entries === undefined) byBasis.set(basis, [[entry, state]]);
        else entries.push([entry, state]);
      }
      return [...byBasis].map(([basis, entries]) => ({ flow, node, basis, entries }));
    });
  }

  /** All changes or none. When it returns they are on disk; throws `StoreError` when they cannot be. */
  save(changes: readonly NodeStateChange[]): void {
    const clear = this.#database.prepare("DELETE FROM node_state WHERE flow = ? AND node = ?");
    const remove = this.#database.prepare("DELETE FROM node_state WHERE flow = ? AND node = ? AND entry = ?");
    const put = this.#database.prepare(
      `INSERT INTO node_state (flow, node, entry, basis, state) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET basis = excluded.basis, state = excluded.state`,
    );
    const write = this.#database.transaction(() => {
      for (const { flow, node, basis, clear: isCleared, entries } of changes) {
        if (isCleared) clear.run(flow, node);
        for (const [entry, json] of entries)
          if (json === null) remove.run(flow, node, entry);
          else put.run(flow, node, entry, basis, json);
      }
    });
    try {
      write.immediate();
    } catch (error) {
      throw storeError("save what rules remember", error);
    }
  }

  /** Forgets every other flow, and in these every other node where the nodes are known. */
  keepOnly(flows: readonly { readonly flow: string; readonly nodes: readonly string[] | undefined }[]): void {
    this.#database
      .prepare("DELETE FROM node_state WHERE flow NOT IN (SELECT value FROM json_each(?))")
      .run(JSON.stringify(flows.map(({ flow }) => flow)));
    const keepNodes = this.#database.prepare(
      "DELETE FROM node_state WHERE flow = ? AND node NOT IN (SELECT value FROM json_each(?))",
    );
    for (const { flow, nodes } of flows) if (nodes !== undefined) keepNodes.run(flow, JSON.stringify(nodes));
  }
}
