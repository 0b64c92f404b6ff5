/** True when two JSON values say the same. A field that is `undefined` counts as absent; the order of keys means nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value, index) => same(value, b[index]));
  }
  const left = present(a);
  const right = present(b);
  if (left.length !== right.length) return false;
  const other = b as Record<string, unknown>;
  return left.every(([key, value]) => Object.hasOwn(other, key) && same(value, other[key]));
}

function present(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, field]) => field !== undefined);
}
