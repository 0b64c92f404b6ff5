/** The store across threads: nodes run in the worker, the database is the main thread's. */
import type { NodeRef, NodeState, NodeStateChange, NodeStateStore } from "../node-state.ts";

export type StateRequest = { readonly call: number } & (
  | { readonly load: readonly NodeRef[] }
  | { readonly save: readonly NodeStateChange[] }
);
export type StateAnswer = { readonly call: number } & (
  | { readonly states: readonly NodeState[] }
  | { readonly error: string }
);

/** The main thread's own, without waiting. */
export interface LocalStateStore {
  load(nodes: readonly NodeRef[]): readonly NodeState[];
  /** Throws when nothing was saved. */
  save(changes: readonly NodeStateChange[]): void;
}

/** The worker's end; `ask` posts a request, `answered` is to be called with what comes back. */
export function createStateProxy(ask: (request: StateRequest) => void) {
  const waiting = new Map<number, (answer: StateAnswer) => void>();
  let lastCall = 0;
  const request = (what: { load: readonly NodeRef[] } | { save: readonly NodeStateChange[] }) =>
    new Promise<readonly NodeState[]>((resolve, reject) => {
      const call = ++lastCall;
      waiting.set(call, (answer) => ("error" in answer ? reject(new Error(answer.error)) : resolve(answer.states)));
      ask({ call, ...what });
    });
  const store: NodeStateStore = {
    load: (nodes) => request({ load: nodes }),
    async save(changes) {
      await request({ save: changes });
    },
  };
  return {
    store,
    answered(answer: StateAnswer): void {
      waiting.get(answer.call)?.(answer);
      waiting.delete(answer.call);
    },
  };
}

/** The main thread's end. */
export function answerStateRequest(store: LocalStateStore, request: StateRequest): StateAnswer {
  const { call } = request;
  try {
    if ("load" in request) return { call, states: store.load(request.load) };
    store.save(request.save);
    return { call, states: [] };
  } catch (error) {
    return { call, error: error instanceof Error ? error.message : String(error) };
  }
}
