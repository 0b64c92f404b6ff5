/** The rules of a Node-RED `switch` as conditions. */
import { numberIn } from "./node-red-file.ts";

/** What a property of a message is here: of which points, and which value of them. */
export interface Subject {
  /** A condition that chooses the points; empty for all. */
  readonly points: string;
  readonly value: string;
}

/** `payload` is the value of every point, `payload.temperature` the value of the points with that key. */
export function subjectOf(property: string): Subject | undefined {
  if (property === "payload") return { points: "", value: "value" };
  const [, key] = /^payload\.([A-Za-z_][\w-]*)$/.exec(property) ?? [];
  return key === undefined ? undefined : { points: `key == ${literal(key)}`, value: "value" };
}

const comparisons: Readonly<Record<string, string>> = { eq: "==", neq: "!=", lt: "<", lte: "<=", gt: ">", gte: ">=" };

/** `undefined` when there is no counterpart. `else` is answered as it is. */
export function conditionOf(rule: Readonly<Record<string, unknown>>, value: string): string | undefined {
  const operator = String(rule["t"]);
  const operand = () => literalOf(rule["v"], rule["vt"]);
  const comparison = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (comparison !== undefined) {
    const right = operand();
    return right === undefined ? undefined : `${value} ${comparison} ${right}`;
  }
  switch (operator) {
    case "btwn": {
      const from = operand();
      const to = literalOf(rule["v2"], rule["v2t"]);
      return from === undefined || to === undefined ? undefined : `${value} >= ${from} && ${value} <= ${to}`;
    }
    case "cont": {
      const part = operand();
      return part?.startsWith('"') ? `${value}.contains(${part})` : undefined;
    }
    case "true":
    case "false":
      return `${value} == ${operator}`;
    case "null":
      return `${value} == null`;
    case "nnull":
      return `${value} != null`;
    default:
      return undefined;
  }
}

/** Node-RED compares a text that looks like a number with numbers; here the kinds differ. */
export function literalOf(value: unknown, kind: unknown): string | undefined {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  switch (kind) {
    case "num": {
      const number = numberIn(text);
      return number === undefined ? undefined : String(number);
    }
    case "bool":
      return text === "true" || value === true ? "true" : "false";
    case "str":
      return literal(text);
    case undefined: {
      const number = numberIn(text);
      return number === undefined ? literal(text) : String(number);
    }
    default:
      return undefined;
  }
}

function literal(text: string): string {
  return JSON.stringify(text);
}
