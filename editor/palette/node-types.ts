import type { NodeDescription } from "../../server/api/contract.ts";
import type { Findable } from "./search.ts";

/** The stages in the order data takes. */
export const stages = ["adapter", "plugin", "rule", "sink"] as const;

export interface FindableType extends Findable {
  readonly type: string;
  readonly description: NodeDescription;
}

export function findable(description: NodeDescription): FindableType {
  const { type, title, summary, keywords } = description;
  return { type, title, also: [...keywords, type, summary], description };
}
