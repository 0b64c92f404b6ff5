/** Which rows of a list are chosen, as lists everywhere do it: click, Ctrl, Shift, arrows. Pure. */
export interface Choice {
  /** Where the keyboard is. */
  readonly active: string | undefined;
  /** Where a range begins. */
  readonly anchor: string | undefined;
  readonly chosen: ReadonlySet<string>;
}

export const nothingChosen: Choice = { active: undefined, anchor: undefined, chosen: new Set() };

export type ChoiceHow = "only" | "add" | "range";

export function choose(before: Choice, ids: readonly string[], id: string, how: ChoiceHow): Choice {
  if (how === "add") {
    const chosen = new Set(before.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    return { active: id, anchor: id, chosen };
  }
  const from = ids.indexOf(before.anchor ?? id);
  if (how === "only" || from === -1) return { active: id, anchor: id, chosen: new Set([id]) };
  const to = ids.indexOf(id);
  return { ...before, active: id, chosen: new Set(ids.slice(Math.min(from, to), Math.max(from, to) + 1)) };
}

export function chooseAll({ active = undefined, anchor }: Choice, ids: readonly string[]): Choice {
  return { active: active ?? ids[0], anchor, chosen: new Set(ids) };
}

/** What is no longer in the list is no longer chosen. */
export function keepListed(before: Choice, ids: readonly string[]): Choice {
  const listed = new Set(ids);
  const chosen = [...before.chosen].filter((id) => listed.has(id));
  const keep = (id: string | undefined) => (id !== undefined && listed.has(id) ? id : undefined);
  const active = keep(before.active);
  if (chosen.length === before.chosen.size && active === before.active) return before;
  return { active, anchor: keep(before.anchor), chosen: new Set(chosen) };
}

/** The row that a key leads to from the active one; `undefined` for any other key. */
export function rowAt(ids: readonly string[], active: string | undefined, key: string, page = 10): string | undefined {
  const at = active === undefined ? -1 : ids.indexOf(active);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at === -1 ? 0 : at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: ids.length - 1,
  };
  const to = steps[key];
  return to === undefined ? undefined : ids[Math.min(Math.max(to, 0), ids.length - 1)];
}
