/** Finding by what people type: every word has to occur somewhere, and where it occurs decides the order. Pure. */
export interface Findable {
  readonly title: string;
  /** Other texts one may find it by, in falling importance. */
  readonly also: readonly string[];
}

/** Items that hold every word of `query`, best first; all of them, in their order, for an empty query. */
export function searchFor<Item extends Findable>(items: readonly Item[], query: string): readonly Item[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items
    .map((item) => ({ item, score: words.reduce((sum, word) => sum + scoreOf(item, word), 0) }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => a.score - b.score)
    .map(({ item }) => item);
}

/** 0 is best; infinite where the word does not occur. */
function scoreOf({ title, also }: Findable, word: string): number {
  const texts = [title, ...also];
  for (const [index, text] of texts.entries()) {
    const at = text.toLowerCase().indexOf(word);
    if (at === -1) continue;
    const beginsWord = at === 0 || /[\s._/-]/.test(text[at - 1] ?? "");
    return index * 4 + (at === 0 ? 0 : beginsWord ? 1 : 2);
  }
  return Number.POSITIVE_INFINITY;
}
