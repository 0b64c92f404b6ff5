/** Values brought to the type that the configuration or the message names. */
import { MessageError } from "../../contract/errors.ts";
import { exactInteger } from "../../contract/point.ts";
import { shown } from "./excerpt.ts";

export const scalarTypes = ["int", "float", "bool", "string"] as const;
export type ScalarType = (typeof scalarTypes)[number];

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const wholeNumber = /^[+-]?\d{1,308}$/;
const truths = new Map([
  ...["true", "1", "on", "yes"].map((word): [string, boolean] => [word, true]),
  ...["false", "0", "off", "no"].map((word): [string, boolean] => [word, false]),
]);

/**
 * The value as the type; `null` (no reading) stays. Whole numbers that a double cannot hold exactly are their digits as
 * text. Throws `MessageError` `type_mismatch` rather than lose anything.
 */
export function toScalar(type: ScalarType, value: unknown): unknown {
  if (value === null) return null;
  switch (type) {
    case "float":
      return toFloat(value);
    case "int":
      return toInt(value);
    case "bool":
      return toBool(value);
    case "string":
      return typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

function toFloat(value: unknown): number {
  const number =
    typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
      ? Number(value)
      : typeof value === "string" && decimal.test(value.trim())
        ? Number(value)
        : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new MessageError("type_mismatch", `${shown(value)} is not a number`);
}

function toInt(value: unknown): number | string {
  if (typeof value === "bigint") return exactInteger(value);
  if (typeof value === "string" && wholeNumber.test(value.trim()))
    return exactInteger(BigInt(value.trim().replace("+", "")));
  const number = toFloat(value);
  if (Number.isInteger(number)) return number;
  throw new MessageError("type_mismatch", `${shown(value)} is not a whole number; choose the type float for it`);
}

function toBool(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  const truth = typeof value === "object" ? undefined : truths.get(String(value).trim().toLowerCase());
  if (truth !== undefined) return truth;
  throw new MessageError(
    "type_mismatch",
    `${shown(value)} is neither true nor false (also taken: 1 and 0, on and off, yes and no)`,
  );
}
