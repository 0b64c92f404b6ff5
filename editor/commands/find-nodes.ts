/** The language of the search for nodes: words, and filters such as `type:modbus is:invalid device:pump-1`. Pure. */
import { type Findable, searchFor } from "../palette/search.ts";

export interface FindableNode extends Findable {
  readonly type: string;
  /** `invalid`, `changed`, `disabled`, `failing`. */
  readonly states: readonly string[];
  /** The configuration as text, in lower case. */
  readonly config: string;
}

export function findNodes<Item extends FindableNode>(items: readonly Item[], query: string): readonly Item[] {
  const words: string[] = [];
  let found = items;
  for (const word of query.split(/\s+/)) {
    const [, name, value = ""] = /^(type|is|device):(.*)$/i.exec(word) ?? [];
    const wanted = value.toLowerCase();
    if (name === undefined) words.push(word);
    else if (name === "type") found = found.filter(({ type }) => type.toLowerCase().includes(wanted));
    else if (name === "is") found = found.filter(({ states }) => states.some((state) => state.startsWith(wanted)));
    else found = found.filter(({ config }) => config.includes(wanted));
  }
  return searchFor(found, words.join(" "));
}
