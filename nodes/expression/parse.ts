/** Turns a source into a tree; what is wrong with it is said in plain words. */
import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import { ExpressionError } from "./expression-error.ts";

const longestSource = 4096;

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: 1000, maxDepth: 50, maxListElements: 1000, maxMapEntries: 1000, maxCallArguments: 32 },
});

const tokenWords: Readonly<Record<string, string>> = {
  EOF: "the end",
  NUMBER: "a number",
  STRING: "text",
  IDENTIFIER: "a name",
  PLUS: '"+"',
  MINUS: '"-"',
  MULTIPLY: '"*"',
  DIVIDE: '"/"',
  MODULO: '"%"',
  EQ: '"=="',
  NE: '"!="',
  LT: '"<"',
  LE: '"<="',
  GT: '">"',
  GE: '">="',
  AND: '"&&"',
  OR: '"||"',
  NOT: '"!"',
  IN: '"in"',
  LPAREN: '"("',
  RPAREN: '")"',
  LBRACKET: '"["',
  RBRACKET: '"]"',
  LBRACE: '"{"',
  RBRACE: '"}"',
  DOT: '"."',
  COMMA: '","',
  COLON: '":"',
  QUESTION: '"?"',
};

/** What people write who know another language. */
const meant: Readonly<Record<string, string>> = {
  "=": "==",
  "&": "&&",
  "|": "||",
  and: "&&",
  or: "||",
  "^": "pow(x, y)",
};

export type Tree = ASTNode;

/** Throws `ExpressionError` when the source is no expression or too large. */
export function parse(source: string): Tree {
  if (source.trim() === "") throw new ExpressionError('the expression is empty; write for example "value > 40"', 0);
  if (Buffer.byteLength(source) > longestSource)
    throw new ExpressionError(`the expression is longer than ${longestSource} bytes`, longestSource);
  try {
    return environment.parse(source).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const position = error.range?.start ?? 0;
    throw new ExpressionError(explain(error, source, position), position);
  }
}

function explain({ code, summary }: ParseError, source: string, position: number): string {
  const found = /^(?:\w+|[^\s\w])/.exec(source.slice(position))?.[0];
  const instead = found === undefined ? undefined : meant[found];
  if (instead !== undefined) return `"${found}" is not an operator; write ${instead}`;
  if (code === "limit_exceeded") return "the expression is too deep or too long";
  if (code === "unexpected_token" && found === undefined) return "the expression ends too early";
  if ((code === "unexpected_character" || code === "unexpected_token") && found !== undefined)
    return `unexpected "${found}"`;
  const words = summary.replace(/\b[A-Z]{2,}\b/g, (token) => tokenWords[token] ?? token);
  return words.charAt(0).toLowerCase() + words.slice(1);
}
