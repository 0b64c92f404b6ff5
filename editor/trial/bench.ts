/** What is to be sent through flows that are not deployed, flow by flow, and what came of it. Kept while the editor is open. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { FlowDocument, SavedTest, TrialInput, TrialOutcome, TrialReading } from "../../server/api/contract.ts";
import { durationMs, durationText } from "./duration.ts";

/** A message as it is being written. */
export interface DraftInput {
  readonly id: number;
  readonly node: string;
  /** When, from the start: `90s`. */
  readonly at: string;
  /** JSON: a point, or for an adapter a reading. */
  readonly text: string;
}

export interface Bench {
  readonly inputs: readonly DraftInput[];
  /** How long it goes on after the last message: for windows and delays. */
  readonly lasts: string;
  /** The saved test that this is, as long as nothing was changed. */
  readonly test: SavedTest | undefined;
  readonly outcome: TrialOutcome | undefined;
  /** What it is the outcome of. */
  readonly tried:
    | { readonly document: FlowDocument; readonly inputs: readonly DraftInput[]; readonly lasts: string }
    | undefined;
  /** Why there is none. */
  readonly problem: string;
  readonly isBusy: boolean;
}

export interface Benches extends StoreApi<Readonly<Record<string, Bench>>> {
  of(flow: string): Bench;
  change(flow: string, change: Partial<Bench>): void;
  add(flow: string, input: Omit<DraftInput, "id">): void;
  edit(flow: string, id: number, change: Partial<DraftInput>): void;
  remove(flow: string, id: number): void;
  take(flow: string, test: SavedTest): void;
}

const empty: Bench = {
  inputs: [],
  lasts: "0s",
  test: undefined,
  outcome: undefined,
  tried: undefined,
  problem: "",
  isBusy: false,
};

export function createBenches(): Benches {
  const store = createStore<Readonly<Record<string, Bench>>>(() => ({}));
  let lastId = 0;
  const of = (flow: string) => store.getState()[flow] ?? empty;
  const change = (flow: string, changes: Partial<Bench>) => store.setState({ [flow]: { ...of(flow), ...changes } });
  return {
    ...store,
    of,
    change,
    add: (flow, input) => change(flow, { inputs: [...of(flow).inputs, { ...input, id: ++lastId }], test: undefined }),
    edit: (flow, id, changes) =>
      change(flow, {
        inputs: of(flow).inputs.map((input) => (input.id === id ? { ...input, ...changes } : input)),
        test: undefined,
      }),
    remove: (flow, id) => change(flow, { inputs: of(flow).inputs.filter((input) => input.id !== id), test: undefined }),
    take(flow, test) {
      const lastMs = Math.max(0, ...test.inputs.map(({ atMs }) => atMs));
      const inputs = test.inputs.map((input) => ({
        id: ++lastId,
        node: input.node,
        at: durationText(input.atMs),
        text: JSON.stringify(contentOf(input), null, 2),
      }));
      change(flow, { ...empty, inputs, lasts: durationText(Math.max(0, test.endMs - lastMs)), test });
    },
  };
}

function contentOf(input: TrialInput): unknown {
  if ("message" in input) return input.message;
  const { device, payload, encoding, metadata } = input.reading;
  return { device, payload, encoding, metadata };
}

export type ReadInputs =
  | { readonly ok: true; readonly inputs: readonly TrialInput[]; readonly endMs: number }
  /** By draft; `lasts` is a fault as well. */
  | { readonly ok: false; readonly faults: ReadonlyMap<number | "lasts", "duration" | "json" | "node"> };

/** What is sent, from what was written. `takesReadings` says which nodes are given what an adapter reads. */
export function readInputs(
  { inputs, lasts }: Pick<Bench, "inputs" | "lasts">,
  takesReadings: (node: string) => boolean | undefined,
): ReadInputs {
  const faults = new Map<number | "lasts", "duration" | "json" | "node">();
  const read = inputs.flatMap(({ id, node, at, text }): TrialInput[] => {
    const atMs = durationMs(at);
    const content = parse(text);
    const reads = takesReadings(node);
    if (reads === undefined) faults.set(id, "node");
    else if (atMs === undefined) faults.set(id, "duration");
    else if (!content.ok) faults.set(id, "json");
    else if (reads) return [{ atMs, node, reading: readingOf(content.value) }];
    else return [{ atMs, node, message: content.value }];
    return [];
  });
  const lastsMs = durationMs(lasts);
  if (lastsMs === undefined) faults.set("lasts", "duration");
  if (faults.size > 0 || lastsMs === undefined) return { ok: false, faults };
  return { ok: true, inputs: read, endMs: Math.max(0, ...read.map(({ atMs }) => atMs)) + lastsMs };
}

/** An object with `payload` is a whole reading, anything else the payload alone. */
function readingOf(value: unknown): TrialReading {
  const isWhole = typeof value === "object" && value !== null && "payload" in value;
  return isWhole ? (value as TrialReading) : { payload: value };
}

function parse(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}
