/** What can be completed at a place in an expression. Pure. */
import type { Completion, CompletionResult } from "@codemirror/autocomplete";
import type { ExpressionDescription } from "../../server/api/contract.ts";

export interface Completing {
  readonly kind: "expression" | "template";
  readonly described: ExpressionDescription;
  /** What the node hands in besides the fields of the point. */
  readonly variables: readonly string[];
  /** Tags that occur on the messages the node gets. */
  readonly tags: readonly string[];
}

/** `text` up to the cursor. `isAsked`: by Ctrl Space, so that also nothing is completed. */
export function complete(text: string, isAsked: boolean, completing: Completing): CompletionResult | null {
  const { kind, described, variables, tags } = completing;
  if (isInString(text) || (kind === "template" && !isInExpression(text))) return null;
  const tag = /\btags\.(\w*)$/.exec(text);
  if (tag !== null)
    return { from: text.length - (tag[1]?.length ?? 0), options: tags.map(tagOption), validFor: /^\w*$/ };
  const word = /[A-Za-z_]\w*$/.exec(text)?.[0] ?? "";
  if (word === "" && !isAsked && !text.endsWith(".")) return null;
  const from = text.length - word.length;
  const functions = described.functions.map(functionOption);
  // Behind a dot stands a function written as `value.round(1)`; fields of values are not known.
  if (text[from - 1] === ".") return { from, options: functions, validFor: /^\w*$/ };
  const names = described.names.map(({ name, summary }): Completion => {
    return { label: name, type: "variable", detail: summary, boost: 2, ...(name === "tags" ? { apply: "tags." } : {}) };
  });
  const extra = variables
    .filter((name) => !described.names.some((known) => known.name === name))
    .map((name): Completion => ({ label: name, type: "variable", boost: 1 }));
  return { from, options: [...names, ...extra, ...functions], validFor: /^\w*$/ };
}

function tagOption(name: string): Completion {
  return { label: name, type: "property" };
}

function functionOption({ name, usage, summary }: ExpressionDescription["functions"][number]): Completion {
  return { label: name, type: "function", detail: usage, info: summary, apply: `${name}(` };
}

/** A string is open where an odd number of quotes of its kind stand before. */
function isInString(text: string): boolean {
  let quote = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (quote !== "" && character === "\\") index++;
    else if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
  }
  return quote !== "";
}

function isInExpression(text: string): boolean {
  const open = text.lastIndexOf("${");
  return open !== -1 && text[open - 1] !== "$" && !text.slice(open).includes("}");
}
