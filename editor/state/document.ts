/** The truth of the editor: the flows as people edit them, what the gateway runs, and what is selected. No live data. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { FlowDocument, StoredFlow } from "../../server/api/contract.ts";
import type { MessageKey } from "../i18n/messages.ts";
import { withPlaces } from "./arrange.ts";
import { differenceOf, isUnchanged, sharing } from "./difference.ts";
import type { Parts } from "./edits.ts";
import { type History, record, redo, startHistory, undo } from "./history.ts";
import { wireId } from "./wiring.ts";

export interface OpenFlow {
  readonly id: string;
  readonly history: History;
  /** What the gateway had when the edit began; `null` for a flow it has never seen. */
  readonly base: StoredFlow | null;
  /** To be taken off the gateway by the next deployment. */
  readonly removed: boolean;
  /** What somebody else deployed while this flow has changes of its own; `null` when they removed it. */
  readonly newer?: StoredFlow | null;
}

export interface DocumentState {
  readonly flows: Readonly<Record<string, OpenFlow>>;
  /** Ids in the order of the tabs. */
  readonly order: readonly string[];
  /** The flow on the canvas. */
  readonly current: string | undefined;
  readonly selection: Parts;
}

export type Documents = ReturnType<typeof createDocuments>;

export const nothing: Parts = { nodes: new Set(), wires: new Set(), boxes: new Set() };

export interface Draft {
  readonly document: FlowDocument;
  readonly base: StoredFlow | null;
  readonly removed: boolean;
}

/** `now` says wall clock milliseconds, for joining edits that follow each other quickly. */
export function createDocuments(now: () => number = Date.now) {
  const store: StoreApi<DocumentState> = createStore<DocumentState>(() => ({
    flows: {},
    order: [],
    current: undefined,
    selection: nothing,
  }));
  const { getState: state, setState: set } = store;

  const put = (flow: OpenFlow) =>
    set(({ flows, order }) => ({
      flows: { ...flows, [flow.id]: flow },
      order: order.includes(flow.id) ? order : [...order, flow.id],
    }));
  const drop = (id: string) =>
    set(({ flows, order, current, selection }) => {
      const { [id]: _, ...others } = flows;
      const left = order.filter((other) => other !== id);
      const next = current === id ? (left[Math.max(0, order.indexOf(id) - 1)] ?? left[0]) : current;
      return { flows: others, order: left, current: next, selection: next === current ? selection : nothing };
    });
  const step = (history: (history: History) => History) => {
    const flow = currentFlow(state());
    if (flow === undefined) return;
    put({ ...flow, history: history(flow.history) });
    set(({ selection }) => ({ selection: existing(selection, flowDocument(state(), flow.id)) }));
  };

  return {
    ...store,

    /** Fills the editor from the gateway, with unsaved drafts on top. */
    load(stored: readonly StoredFlow[], drafts: Readonly<Record<string, Draft>>) {
      const flows = stored.map((flow) => openStored(flow, drafts[flow.document.id]));
      const known = new Set(flows.map(({ id }) => id));
      for (const [id, draft] of Object.entries(drafts)) {
        if (known.has(id) || draft.removed) continue;
        // The gateway no longer has it: what is left here counts as a new flow.
        flows.push({ id, history: startHistory(draft.document), base: null, removed: false });
      }
      const order = flows.map(({ id }) => id);
      set(({ current }) => ({
        flows: Object.fromEntries(flows.map((flow) => [flow.id, flow])),
        order,
        current: current !== undefined && order.includes(current) ? current : order[0],
        selection: nothing,
      }));
    },

    /** Changes the current flow as one step of its history. With `merge`, quick steps of the same mark become one. */
    edit(label: MessageKey, change: (document: FlowDocument) => FlowDocument, merge?: string) {
      const flow = currentFlow(state());
      if (flow === undefined) return;
      const next = change(flow.history.present);
      const history = record(flow.history, next, { label, atMs: now(), ...(merge === undefined ? {} : { merge }) });
      if (history !== flow.history) put({ ...flow, history });
    },
    undo: () => step(undo),
    redo: () => step(redo),

    open(id: string) {
      if (state().flows[id] !== undefined && state().current !== id) set({ current: id, selection: nothing });
    },
    /** Adds a flow the gateway does not have yet and shows it. */
    add(document: FlowDocument) {
      put({ id: document.id, history: startHistory(withPlaces(document)), base: null, removed: false });
      set({ current: document.id, selection: nothing });
    },
    /** Marks a flow for removal by the next deployment; one that was never deployed is gone at once. */
    remove(id: string) {
      const flow = state().flows[id];
      if (flow?.base === null) return drop(id);
      if (flow === undefined) return;
      put({ ...flow, removed: true });
      const { order, flows, current } = state();
      const others = order.filter((other) => flows[other]?.removed === false);
      const next = others[Math.min(order.indexOf(id), others.length - 1)];
      if (current === id && next !== undefined) set({ current: next, selection: nothing });
    },
    restore(flow: OpenFlow) {
      put({ ...flow, removed: false });
      set({ current: flow.id, selection: nothing });
    },
    /** Goes back to what the gateway runs, as a step that can be undone. */
    discard(id: string) {
      const flow = state().flows[id];
      if (flow === undefined || flow.base === null) return;
      const stored = flow.newer ?? flow.base;
      const history = record(flow.history, stored.document, { label: "step.discard", atMs: now() });
      put({ id, history, base: stored, removed: false });
    },

    select: (selection: Partial<Parts>) => set({ selection: { ...nothing, ...selection } }),

    /** The gateway took over the document as it was when it was sent; edits made meanwhile stay unsaved. */
    deployed(stored: StoredFlow) {
      const flow = state().flows[stored.document.id];
      if (flow === undefined) return put(openStored(stored, undefined));
      const { newer: _, ...rest } = flow;
      put({ ...rest, base: stored, removed: false, history: shared(flow.history, stored) });
    },
    gone: drop,
    /** Somebody else deployed. A flow without own changes follows; one with changes keeps them and knows of the newer. */
    follow(id: string, stored: StoredFlow | null) {
      const flow = state().flows[id];
      if (flow === undefined) {
        if (stored !== null) put(openStored(stored, undefined));
      } else if ((stored?.revision ?? 0) === (flow.base?.revision ?? 0)) return;
      else if (isDirty(flow)) put({ ...flow, newer: stored && drawable(stored) });
      else if (stored === null) drop(id);
      else put(openStored(stored, undefined));
    },
    /** Both versions were brought together: `document` is now a change on top of theirs. */
    settle(id: string, document: FlowDocument, theirs: StoredFlow | null) {
      const flow = state().flows[id];
      if (flow === undefined) return;
      const { newer: _, ...rest } = flow;
      put({ ...rest, base: theirs, history: record(flow.history, document, { label: "step.merge", atMs: now() }) });
    },
  };
}

function openStored(found: StoredFlow, draft: Draft | undefined): OpenFlow {
  const stored = drawable(found);
  const id = stored.document.id;
  if (draft === undefined) return { id, history: startHistory(stored.document), base: stored, removed: false };
  const base = draft.base === null || draft.base.revision === stored.revision ? stored : draft.base;
  const history = startHistory(sharing(base.document, draft.document));
  const flow: OpenFlow = { id, history, base, removed: draft.removed };
  return base === stored ? flow : { ...flow, newer: stored };
}

/** Places that a document lacks are no change of anybody's: what the gateway has counts as having them too. */
function drawable(stored: StoredFlow): StoredFlow {
  const document = withPlaces(stored.document);
  return document === stored.document ? stored : { ...stored, document };
}

function shared(history: History, stored: StoredFlow): History {
  return { ...history, present: sharing(stored.document, history.present) };
}

export function currentFlow(state: DocumentState): OpenFlow | undefined {
  return state.current === undefined ? undefined : state.flows[state.current];
}

function flowDocument(state: DocumentState, id: string | undefined): FlowDocument | undefined {
  return id === undefined ? undefined : state.flows[id]?.history.present;
}

/** True when a deployment would change something about this flow. */
export function isDirty(flow: OpenFlow): boolean {
  return flow.removed || !isUnchanged(differenceOf(flow.base?.document, flow.history.present));
}

function existing(selection: Parts, document: FlowDocument | undefined): Parts {
  if (document === undefined) return nothing;
  const nodes = new Set(document.nodes.map(({ id }) => id));
  const wires = new Set(document.wires.map(wireId));
  const boxes = new Set([...document.layout.groups, ...document.layout.notes].map(({ id }) => id));
  const only = (chosen: ReadonlySet<string>, there: ReadonlySet<string>) =>
    new Set([...chosen].filter((id) => there.has(id)));
  return {
    nodes: only(selection.nodes, nodes),
    wires: only(selection.wires, wires),
    boxes: only(selection.boxes, boxes),
  };
}
