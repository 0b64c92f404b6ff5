/** What a converter makes of one Node-RED node. */

import type { RedNode } from "./node-red-file.ts";
import type { Outcome } from "./report.ts";

export interface Part {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Exit {
  /** Which of the parts. */
  readonly part: number;
  readonly port?: string;
}

export interface Conversion {
  readonly outcome: Exclude<Outcome, "by-hand">;
  readonly notes: readonly string[];
  /** The nodes that stand for it; what is wired to it is wired to each. None: its inputs lead on to its outputs. */
  readonly parts: readonly Part[];
  /** Where the messages of each output leave; the first part's `out` when left out. */
  readonly exits?: readonly Exit[];
}

export interface Surroundings {
  /** The configuration node that a field names. */
  config(node: RedNode, field: string): RedNode | undefined;
  /** Id of the document's connection made of a configuration node; `undefined` when none can be made. */
  connection(config: RedNode | undefined): Made | undefined;
  /** The nodes wired to its input. */
  before(node: RedNode): readonly RedNode[];
  after(node: RedNode): readonly RedNode[];
}

export interface Made {
  readonly id: string;
  readonly notes: readonly string[];
}

/** Answers a text when the node needs a hand: why. */
export type Converter = (node: RedNode, around: Surroundings) => Conversion | string;

export function converted(part: Part, notes: readonly string[] = []): Conversion {
  return { outcome: "converted", notes, parts: [part] };
}

export function approximated(part: Part, ...notes: readonly string[]): Conversion {
  return { outcome: "approximated", notes, parts: [part] };
}

/** Text that a template takes as it stands; `undefined` when it would be read as an expression. */
export function plainText(text: string): string | undefined {
  return text.includes("${") || text.includes("{{") ? undefined : text;
}
export const placeholderText = `it holds a placeholder, \${…} or {{…}}, that has no counterpart here`;
