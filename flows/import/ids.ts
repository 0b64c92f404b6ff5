/** Ids of documents, nodes and connections, made of names that may hold anything. */
const longestId = 40;

/** Hands out ids that are legal and not handed out before. */
export class Ids {
  readonly #taken = new Set<string>();
  /** The number to try next for a name that is taken: many nodes may have no name of their own. */
  readonly #next = new Map<string, number>();

  /** Of the first text that leaves something of itself; else of `fallback`. */
  make(texts: readonly string[], fallback: string): string {
    const base = texts.map(slug).find((text) => text !== "") ?? fallback;
    let id = base;
    let number = this.#next.get(base) ?? 2;
    for (; this.#taken.has(id); number++) id = `${base}-${number}`;
    this.#next.set(base, number);
    this.#taken.add(id);
    return id;
  }
}

export function slug(text: string): string {
  return text
    .slice(0, 200)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, longestId)
    .replace(/^-+|-+$/g, "");
}
