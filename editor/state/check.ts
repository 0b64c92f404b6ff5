/** What the gateway says about a flow before it is deployed: problems, and a line for each card. Asked anew after every edit. */
import { createStore } from "zustand/vanilla";
import type { CheckAnswer, FlowDocument, NodeInsight, Problem } from "../../server/api/contract.ts";
import type { Documents } from "./document.ts";
import { same } from "./same.ts";

export interface FlowCheck {
  /** The document the answer is about. */
  readonly document: FlowDocument;
  readonly problems: readonly Problem[];
  /** Problems by node id; nodes without one have no entry. */
  readonly byNode: Readonly<Record<string, readonly Problem[]>>;
  readonly nodes: Readonly<Record<string, NodeInsight>>;
}

export interface CheckState {
  readonly flows: Readonly<Record<string, FlowCheck>>;
}

export type Check = ReturnType<typeof createCheck>;

const askAfterMs = 250;

/** `ask` puts the question to the gateway; it rejects when the gateway cannot be reached, and the last answer stays. */
export function createCheck(
  documents: Documents,
  ask: (document: FlowDocument, signal: AbortSignal) => Promise<CheckAnswer>,
) {
  const store = createStore<CheckState>(() => ({ flows: {} }));
  const pending = new Map<string, { timer: ReturnType<typeof setTimeout>; abort: AbortController }>();

  const cancel = (id: string) => {
    const question = pending.get(id);
    if (question === undefined) return;
    clearTimeout(question.timer);
    question.abort.abort();
    pending.delete(id);
  };
  const schedule = (document: FlowDocument, delayMs: number) => {
    cancel(document.id);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask(document, abort.signal).then(
        (answer) => {
          if (!abort.signal.aborted)
            store.setState(({ flows }) => ({
              flows: { ...flows, [document.id]: flowCheck(document, answer, flows[document.id]) },
            }));
        },
        // Unreachable is said in the header, and every reconnect asks again.
        () => undefined,
      );
    }, delayMs);
    pending.set(document.id, { timer, abort });
  };
  const askAll = () => {
    for (const flow of Object.values(documents.getState().flows)) schedule(flow.history.present, 0);
  };

  const unsubscribe = documents.subscribe((state, before) => {
    if (state.flows === before.flows) return;
    for (const flow of Object.values(state.flows))
      if (before.flows[flow.id]?.history.present !== flow.history.present) schedule(flow.history.present, askAfterMs);
    for (const id of Object.keys(before.flows))
      if (state.flows[id] === undefined) {
        cancel(id);
        store.setState(({ flows: { [id]: _, ...flows } }) => ({ flows }));
      }
  });

  return {
    ...store,
    askAll,
    /** Shows problems a deployment was refused for, until the next answer. */
    refused(problems: readonly Problem[]) {
      const ids = new Set(problems.flatMap(({ flow }) => flow ?? []));
      for (const id of ids) {
        const document = documents.getState().flows[id]?.history.present;
        const before = store.getState().flows[id];
        if (document === undefined) continue;
        const answer = { problems: problems.filter(({ flow }) => flow === id), nodes: before?.nodes ?? {} };
        store.setState(({ flows }) => ({ flows: { ...flows, [id]: flowCheck(document, answer, before) } }));
      }
    },
    close() {
      unsubscribe();
      for (const id of [...pending.keys()]) cancel(id);
    },
  };
}

/** Keeps the objects of the last answer where it says the same, so that only cards with news are drawn again. */
function flowCheck(document: FlowDocument, answer: CheckAnswer, before: FlowCheck | undefined): FlowCheck {
  const byNode: Record<string, Problem[]> = {};
  for (const problem of answer.problems) {
    if (problem.node === undefined) continue;
    const list = byNode[problem.node] ?? [];
    byNode[problem.node] = list;
    list.push(problem);
  }
  return {
    document,
    problems: answer.problems,
    byNode: reuse(byNode, before?.byNode),
    nodes: reuse(answer.nodes, before?.nodes),
  };
}

function reuse<Item>(next: Readonly<Record<string, Item>>, before: Readonly<Record<string, Item>> | undefined) {
  if (before === undefined) return next;
  return Object.fromEntries(
    Object.entries(next).map(([key, item]) => {
      const old = before[key];
      return [key, old !== undefined && same(old, item) ? old : item];
    }),
  );
}
