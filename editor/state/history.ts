/** Undo and redo of one flow. Documents are immutable and share structure, so a step is simply the document before it. */
import type { FlowDocument } from "../../server/api/contract.ts";
import type { MessageKey } from "../i18n/messages.ts";
import { same } from "./same.ts";

export interface Step {
  /** What the step did, for people: "Undo: move". */
  readonly label: MessageKey;
  /** The document on the other side of the step. */
  readonly document: FlowDocument;
  /** Steps in a row with the same mark are one, as when somebody types into a field. */
  readonly merge?: string;
  readonly atMs: number;
}

export interface History {
  readonly present: FlowDocument;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

const maxSteps = 300;
const mergeWithinMs = 1_500;

export function startHistory(present: FlowDocument): History {
  return { present, past: [], future: [] };
}

/** Goes on to `next`. A document that says the same changes nothing, so that undo never has an empty step. */
export function record(history: History, next: FlowDocument, step: Omit<Step, "document">): History {
  if (same(history.present, next)) return history;
  const last = history.past.at(-1);
  const merges =
    step.merge !== undefined &&
    history.future.length === 0 &&
    last?.merge === step.merge &&
    step.atMs - last.atMs < mergeWithinMs;
  const past = merges
    ? [...history.past.slice(0, -1), { ...last, atMs: step.atMs }]
    : [...history.past.slice(-(maxSteps - 1)), { ...step, document: history.present }];
  return { present: next, past, future: [] };
}

export function undo(history: History): History {
  const step = history.past.at(-1);
  if (step === undefined) return history;
  return {
    present: step.document,
    past: history.past.slice(0, -1),
    future: [...history.future, { label: step.label, atMs: step.atMs, document: history.present }],
  };
}

export function redo(history: History): History {
  const step = history.future.at(-1);
  if (step === undefined) return history;
  return {
    present: step.document,
    past: [...history.past, { label: step.label, atMs: step.atMs, document: history.present }],
    future: history.future.slice(0, -1),
  };
}
