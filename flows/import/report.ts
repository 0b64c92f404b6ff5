/** What an import makes of a file, before anything is changed by it. */
import type { FlowDocument } from "../format/document.ts";

/** How much of a node was carried over: all it does, nearly all, or nothing that runs. */
export type Outcome = "converted" | "approximated" | "by-hand";

export interface ImportedNode {
  /** Id of the document it went to; left out for what belongs to no flow. */
  readonly flow?: string;
  /** Id of the node that stands for it; left out when none does. */
  readonly node?: string;
  /** As people knew it: its name, else its type. */
  readonly name: string;
  /** Its type where it came from, such as `mqtt in`. */
  readonly type: string;
  readonly outcome: Outcome;
  /** What differs and what to do about it, one sentence each. */
  readonly notes: readonly string[];
}

export type ImportResult =
  | {
      readonly ok: true;
      readonly kind: "node-red" | "rules" | "sluice";
      readonly documents: readonly FlowDocument[];
      readonly report: readonly ImportedNode[];
    }
  /** Nothing can be made of the text; says where and why. */
  | { readonly ok: false; readonly message: string };
