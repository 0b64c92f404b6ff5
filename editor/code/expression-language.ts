/** Colours of expressions, and of templates, whose expressions stand in `${…}`. What is right the server says. */
import { StreamLanguage, type StringStream } from "@codemirror/language";

interface Expression {
  /** Braces that are open inside the expression. */
  depth: number;
}

const words = new Set(["true", "false", "null", "in"]);

export const expressionLanguage = StreamLanguage.define<Expression>({
  name: "expression",
  startState: () => ({ depth: 0 }),
  token: (stream) => tokenOf(stream),
});

export const templateLanguage = StreamLanguage.define<Expression>({
  name: "template",
  startState: () => ({ depth: 0 }),
  token(stream, state) {
    if (state.depth > 0) {
      if (stream.match("{")) state.depth++;
      else if (stream.match("}")) state.depth--;
      else return tokenOf(stream);
      return state.depth === 0 ? "keyword" : "punctuation";
    }
    // `$${` stands for a plain `${`.
    if (stream.match("$${")) return null;
    if (stream.match("${")) {
      state.depth = 1;
      return "keyword";
    }
    stream.next();
    stream.eatWhile(/[^$]/);
    return null;
  },
});

function tokenOf(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return "string";
  if (stream.match(/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return "number";
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (Array.isArray(word)) {
    if (words.has(word[0])) return "keyword";
    return stream.peek() === "(" ? "variableName.function" : "variableName";
  }
  if (stream.match(/^[-+*/%=!<>&|?:]+/)) return "operator";
  stream.next();
  return "punctuation";
}
