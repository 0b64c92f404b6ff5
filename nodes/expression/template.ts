/** Text with `${expression}` in it, such as `${device_id}: ${round(value, 1)} °C`. `$${` stands for a plain `${`. */
import { MessageError } from "../contract/errors.ts";
import type { Point } from "../contract/point.ts";
import { type CompiledExpression, compileExpression } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";
import { toText } from "./functions.ts";

export interface CompiledTemplate {
  readonly source: string;
  /** The text when it holds no expression, so that what it makes is known before it runs. */
  readonly constant: string | undefined;
  /** Throws `MessageError` as `evaluate` of an expression does. */
  render(point: Point, extra?: Readonly<Record<string, unknown>>): string;
}

export interface TemplateOptions {
  /** Stands for an expression that the point lacks a field for; without it, `render` throws `missing_field`. */
  readonly missing?: string;
  /** Applied to what each expression makes, so that it cannot change the meaning of the text around it. */
  encode?(text: string): string;
}

/** Throws `ExpressionError` with the position in the template. */
export function compileTemplate(
  source: string,
  variables: readonly string[] = [],
  options: TemplateOptions = {},
): CompiledTemplate {
  const parts = split(source, variables);
  const texts = parts.filter((part) => typeof part === "string");
  return {
    source,
    constant: texts.length === parts.length ? texts.join("") : undefined,
    render(point, extra) {
      let text = "";
      for (const part of parts) text += typeof part === "string" ? part : fill(part, point, extra, options);
      return text;
    },
  };
}

function fill(
  part: CompiledExpression,
  point: Point,
  extra: Readonly<Record<string, unknown>> | undefined,
  { missing, encode = (text) => text }: TemplateOptions,
): string {
  try {
    return encode(toText(part.evaluate(point, extra)));
  } catch (error) {
    if (missing !== undefined && error instanceof MessageError && error.type === "missing_field") return missing;
    throw error;
  }
}

function split(source: string, variables: readonly string[]): (string | CompiledExpression)[] {
  const parts: (string | CompiledExpression)[] = [];
  let text = "";
  let position = 0;
  while (position < source.length) {
    if (source.startsWith("$${", position)) {
      text += "${";
      position += 3;
    } else if (source.startsWith("${", position)) {
      const end = endOf(source, position + 2);
      parts.push(text, compilePart(source.slice(position + 2, end), position + 2, variables));
      text = "";
      position = end + 1;
    } else {
      text += source[position];
      position++;
    }
  }
  return [...parts, text].filter((part) => part !== "");
}

/** Where the brace that ends an expression stands; braces inside of it and in quotes do not count. */
function endOf(source: string, start: number): number {
  let depth = 0;
  let quote: string | undefined;
  for (let position = start; position < source.length; position++) {
    const character = source[position] ?? "";
    if (quote !== undefined) {
      if (character === "\\") position++;
      else if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "{") depth++;
    else if (character === "}" && depth-- === 0) return position;
  }
  throw new ExpressionError("an opening brace after $ has no closing one", start - 2);
}

function compilePart(source: string, offset: number, variables: readonly string[]): CompiledExpression {
  try {
    return compileExpression(source, variables);
  } catch (error) {
    throw error instanceof ExpressionError ? new ExpressionError(error.message, error.position + offset) : error;
  }
}
