/** The node that is made for a subject dropped on the canvas: the one that usually comes next in the line. */
import type { NodeDescription } from "../../server/api/contract.ts";

/** What a dragged subject carries: the subject. */
export const subjectDragFormat = "application/x-sluice-subject";

const usual: Readonly<Record<string, string>> = { raw: "plugin.convert", processed: "rule.filter" };

/** Raw readings, and what is none of ours, are converted; points are filtered; all else is written out to be read. */
export function listenerFor(types: ReadonlyMap<string, NodeDescription>, subject: string): NodeDescription | undefined {
  const [first, stage = ""] = subject.split(".");
  const wanted = first === "iot" ? (usual[stage] ?? "sink.console") : "plugin.convert";
  const category = wanted.split(".", 1)[0];
  return types.get(wanted) ?? [...types.values()].find((type) => type.category === category);
}
