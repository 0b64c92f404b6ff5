/** Where and why a text is not JSON. Node's own words for it differ between versions and often name no position. */

export interface JsonFault {
  /** Offset in the text, from 0. */
  readonly position: number;
  /** What should have stood there. */
  readonly expected: string;
}

const blank = /[ \t\n\r]*/y;
const token =
  /(?<mark>[{}[\],:])|(?<text>"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

type Expected = "value" | "value or ]" | "name" | "name or }" | "colon" | "next" | "end";
const words: Readonly<Record<Exclude<Expected, "next">, string>> = {
  value: "a value",
  "value or ]": 'a value or "]"',
  name: "a name in double quotes",
  "name or }": 'a name in double quotes or "}"',
  colon: '":"',
  end: "the end",
};

/** The first place where `text` stops being JSON; `undefined` when it is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  const closers: ("}" | "]")[] = [];
  let expected: Expected = "value";
  for (let position = 0; ; position = token.lastIndex) {
    blank.lastIndex = position;
    blank.test(text);
    token.lastIndex = position = blank.lastIndex;
    const closer = closers.at(-1);
    const groups = token.exec(text)?.groups;
    if (groups === undefined) {
      if (expected === "end" && position === text.length) return undefined;
      return { position, expected: expected === "next" ? `"," or "${closer}"` : words[expected] };
    }
    const { mark, text: string } = groups;
    const afterValue = () => (closers.length === 0 ? "end" : "next");
    if (mark !== undefined && mark === closer && (expected === "next" || expected.endsWith(mark))) {
      closers.pop();
      expected = afterValue();
    } else if (expected.startsWith("value") && mark === "{") {
      closers.push("}");
      expected = "name or }";
    } else if (expected.startsWith("value") && mark === "[") {
      closers.push("]");
      expected = "value or ]";
    } else if (expected.startsWith("value") && mark === undefined) expected = afterValue();
    else if (expected.startsWith("name") && string !== undefined) expected = "colon";
    else if (expected === "colon" && mark === ":") expected = "value";
    else if (expected === "next" && mark === ",") expected = closer === "}" ? "name" : "value";
    else return { position, expected: expected === "next" ? `"," or "${closer}"` : words[expected] };
  }
}
