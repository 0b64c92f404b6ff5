/** Which entries a person wants to see. */
import type { DebugEntry } from "./samples.ts";
import { summaryOf } from "./summary.ts";

export interface DebugFilter {
  /** Words that all have to occur; `device:`, `key:` and `port:` before a word look only there. */
  readonly text: string;
  /** `flow/node`, `flow/` for a whole flow, or empty for all. */
  readonly node: string;
  readonly level: "all" | "message" | "error";
}

export const everything: DebugFilter = { text: "", node: "", level: "all" };

export function nodeOf(entry: DebugEntry): string {
  return `${entry.flow}/${entry.node}`;
}

/** A test for entries that remembers its answers, so that a new batch costs only what is new in it. */
export function matcher(filter: DebugFilter): (entry: DebugEntry) => boolean {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean).map(readWord);
  const known = new WeakMap<DebugEntry, boolean>();
  return (entry) => {
    const before = known.get(entry);
    if (before !== undefined) return before;
    const answer =
      (filter.level === "all" || entry.kind === filter.level) &&
      isFrom(entry, filter.node) &&
      words.every((word) => occurs(word, entry));
    known.set(entry, answer);
    return answer;
  };
}

function isFrom(entry: DebugEntry, place: string): boolean {
  return place === "" || (place.endsWith("/") ? place === `${entry.flow}/` : nodeOf(entry) === place);
}

interface Word {
  readonly in: "device" | "key" | "port" | "any";
  readonly text: string;
}

function readWord(word: string): Word {
  const [, place, text] = /^(device|key|port):(.+)$/.exec(word) ?? [];
  if (text !== undefined && (place === "device" || place === "key" || place === "port")) return { in: place, text };
  return { in: "any", text: word };
}

function occurs(word: Word, entry: DebugEntry): boolean {
  const has = (text: string) => text.toLowerCase().includes(word.text);
  if (word.in === "port") return entry.kind === "message" && has(entry.port);
  if (word.in === "device" || word.in === "key") return has(summaryOf(entry)[word.in]);
  return entry.kind === "error" ? has(entry.message) || has(entry.type) : has(entry.text) || has(entry.port);
}
