import { distance } from "fastest-levenshtein";

/** What somebody who wrote `word` most likely meant, or `undefined` when nothing is close. */
function nearest(word: string, candidates: Iterable<string>): string | undefined {
  // A longer text is no misspelt name, and comparing it costs the square of its length.
  if (word.length > 100) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const unqualified = candidate.slice(candidate.indexOf(".") + 1);
    const away = Math.min(...[candidate, unqualified].map((name) => distance(word.toLowerCase(), name.toLowerCase())));
    if (away < bestDistance) [best, bestDistance] = [candidate, away];
  }
  return best;
}

/** `; did you mean "x"?` or, when nothing is close, `; there is "a", "b"`, or what to do when there is nothing. */
export function suggestion(word: string, candidates: readonly string[], nothing: string): string {
  const meant = nearest(word, candidates);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return candidates.length === 0 ? `; ${nothing}` : `; choose one of ${quoted(candidates)}`;
}

/** `"a", "b" and 7 more` */
export function quoted(names: readonly string[], limit = 8): string {
  const shown = names.slice(0, limit).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return rest === 0 ? shown.join(", ") : `${shown.join(", ")} and ${rest} more`;
}
