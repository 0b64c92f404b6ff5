/** Deploying: what is sent, and what becomes of the documents with each kind of answer. */
import { createStore } from "zustand/vanilla";
import type {
  ConflictAnswer,
  DeployAnswer,
  DeployRequest,
  Problem,
  RefusedAnswer,
  StoredFlow,
} from "../../server/api/contract.ts";
import { RequestError } from "../gateway/request.ts";
import type { Check } from "./check.ts";
import { differenceOf } from "./difference.ts";
import { type DocumentState, type Documents, isDirty, type OpenFlow } from "./document.ts";

export type Outcome =
  | { readonly kind: "done"; readonly answer: DeployAnswer }
  /** Somebody else deployed these flows meanwhile: both versions have to be brought together first. */
  | { readonly kind: "conflict"; readonly flows: readonly string[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "nothing" };

export type Deployment = ReturnType<typeof createDeployment>;

export function createDeployment(
  documents: Documents,
  check: Pick<Check, "refused">,
  send: (request: DeployRequest) => Promise<DeployAnswer>,
) {
  const store = createStore<{ readonly busy: boolean }>(() => ({ busy: false }));
  let running: Promise<unknown> = Promise.resolve();

  const attempt = async (ids: readonly string[], message: string): Promise<Outcome> => {
    const { flows } = documents.getState();
    const changed = ids.flatMap((id) => flows[id] ?? []).filter(isDirty);
    const clashing = changed.filter(({ newer }) => newer !== undefined).map(({ id }) => id);
    if (clashing.length > 0) return { kind: "conflict", flows: clashing };
    if (changed.length === 0) return { kind: "nothing" };
    try {
      const answer = await send({
        flows: changed.map((flow) => ({
          id: flow.id,
          baseRevision: flow.base?.revision ?? 0,
          document: flow.removed ? null : flow.history.present,
        })),
        ...(message === "" ? {} : { message }),
      });
      for (const flow of changed) takeOver(flow, answer);
      return { kind: "done", answer };
    } catch (error) {
      return outcomeOf(error);
    }
  };
  const takeOver = (flow: OpenFlow, answer: DeployAnswer) => {
    if (flow.removed) return documents.gone(flow.id);
    const revision = answer.flows.find(({ id }) => id === flow.id)?.revision ?? (flow.base?.revision ?? 0) + 1;
    const deployedAt = new Date().toISOString();
    documents.deployed({ document: flow.history.present, revision, deployedAt, author: "", problems: [] });
  };
  const outcomeOf = (error: unknown): Outcome => {
    if (!(error instanceof RequestError)) throw error;
    if (error.status === 409) {
      const { conflicts } = error.body as ConflictAnswer;
      for (const { id, current } of conflicts) documents.follow(id, current as StoredFlow | null);
      return { kind: "conflict", flows: conflicts.map(({ id }) => id) };
    }
    if (error.status === 422) {
      const { problems } = error.body as RefusedAnswer;
      check.refused(problems);
      return { kind: "refused", problems };
    }
    return { kind: "failed", message: error.message };
  };

  return {
    ...store,
    /** Deploys those of the flows that have changes, all or none. One deployment at a time. */
    async run(ids: readonly string[], message = ""): Promise<Outcome> {
      if (store.getState().busy) return { kind: "nothing" };
      store.setState({ busy: true });
      const turn = attempt(ids, message).finally(() => store.setState({ busy: false }));
      running = turn.catch(() => undefined);
      return turn;
    },
    /** Resolves when no deployment of ours is under way: news of "somebody deployed" before that may be our own. */
    settled: () => running,
  };
}

/** Nodes of all changed flows together: what the button says before it does it. */
export interface Intent {
  readonly flows: readonly string[];
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly kept: number;
  readonly wires: number;
  /** Flows that change only in settings or layout. */
  readonly quiet: number;
}

export function intentOf({ flows, order }: Pick<DocumentState, "flows" | "order">): Intent {
  const total = { added: 0, changed: 0, removed: 0, kept: 0, wires: 0, quiet: 0 };
  const dirty: string[] = [];
  for (const id of order) {
    const flow = flows[id];
    if (flow === undefined) continue;
    const difference = differenceOf(flow.base?.document, flow.history.present);
    if (!isDirty(flow)) {
      total.kept += difference.kept;
      continue;
    }
    dirty.push(id);
    if (flow.removed) {
      total.removed += flow.base?.document.nodes.length ?? 0;
      continue;
    }
    const { added, changed, removed, kept, wiresAdded, wiresRemoved } = difference;
    total.added += added.length;
    total.changed += changed.length;
    total.removed += removed.length;
    total.kept += kept;
    total.wires += wiresAdded + wiresRemoved;
    if (added.length + changed.length + removed.length + wiresAdded + wiresRemoved === 0) total.quiet++;
  }
  return { flows: dirty, ...total };
}
