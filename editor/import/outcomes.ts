/** What an import made of the nodes of a file, counted and sorted. Pure. */
import type { ImportResult } from "../../server/api/contract.ts";

export type Report = Extract<ImportResult, { ok: true }>["report"];
export type Outcome = Report[number]["outcome"];

/** In the order of what needs most attention. */
export const outcomes: readonly Outcome[] = ["by-hand", "approximated", "converted"];

export function countOutcomes(report: Report): Readonly<Record<Outcome, number>> {
  const count = (outcome: Outcome) => report.filter((each) => each.outcome === outcome).length;
  return { "by-hand": count("by-hand"), approximated: count("approximated"), converted: count("converted") };
}

/** What needs a hand first; otherwise as in the file. */
export function byAttention(report: Report): Report {
  return report.toSorted((a, b) => outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome));
}
