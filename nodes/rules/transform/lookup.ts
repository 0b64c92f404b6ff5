/** Tables: exact values, ranges and lines. */
import { MessageError } from "../../contract/errors.ts";
import { plain, show } from "../../expression/kinds.ts";
import type { StepSettings } from "./settings.ts";
import type { Rejection, Step } from "./step.ts";

type Settings = Extract<StepSettings, { readonly op: "lookup" }>;

/** `undefined` for a value the table has nothing for; `beyond` takes the end that is nearer then. */
type Find = (value: unknown, beyond: boolean) => unknown;

export function lookup(settings: Settings): Step {
  const { default: otherValue, otherwise } = settings;
  const find = finders[settings.match](settings);
  const nearest = otherValue === undefined && otherwise === "nearest";
  const rejection: Rejection = { reason: "the table has nothing for its value" };
  return (draft) => {
    const value = plain(draft.value);
    const found = find(value, nearest) ?? otherValue;
    if (found !== undefined) draft.value = found;
    else if (otherwise === "reject") return rejection;
    else if (otherwise !== "keep") throw new MessageError("no_match", `the table has nothing for ${show(value)}`);
    return undefined;
  };
}

const finders: Readonly<Record<Settings["match"], (settings: Settings) => Find>> = {
  exact({ table }) {
    const entries = new Map<unknown, unknown>(table.map(({ from, to }) => [from, to]));
    return (value) => entries.get(value);
  },
  range({ table }) {
    const { starts, results } = sorted(table);
    return (value, beyond) => {
      if (typeof value !== "number" || Number.isNaN(value)) return undefined;
      const index = lastNotAbove(starts, value);
      return index < 0 && beyond ? results[0] : results[index];
    };
  },
  interpolate({ table }) {
    const { starts, results } = sorted(table);
    return (value, beyond) => {
      if (typeof value !== "number" || Number.isNaN(value)) return undefined;
      const index = lastNotAbove(starts, value);
      if (index < 0) return beyond ? results[0] : undefined;
      const [from = 0, to] = [starts[index], starts[index + 1]];
      if (value === from) return results[index];
      if (to === undefined) return beyond ? results[index] : undefined;
      const share = (value - from) / (to - from);
      // Weighing both ends hits each of them exactly.
      return Number(results[index]) * (1 - share) + Number(results[index + 1]) * share;
    };
  },
};

function sorted(table: Settings["table"]): {
  readonly starts: readonly number[];
  readonly results: readonly unknown[];
} {
  const rows = [...table].sort((a, b) => Number(a.from) - Number(b.from));
  return { starts: rows.map(({ from }) => Number(from)), results: rows.map(({ to }) => to) };
}

/** Index of the last start that is not above the value; -1 when all are. */
function lastNotAbove(starts: readonly number[], value: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
