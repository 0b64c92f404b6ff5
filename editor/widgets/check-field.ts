/** What a field can say at once about its value. The rest, and the last word, is the server's. */
import type { MessageKey, MessageValues } from "../i18n/messages.ts";
import type { Field, NumberField, TextField } from "./field.ts";

export interface FieldError {
  readonly key: MessageKey;
  readonly values?: MessageValues;
}

/** Whether the text is a duration as flow documents hold it: `500ms`, `2s`, `1m30s`. */
export function isDuration(text: string): boolean {
  return /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text);
}

/** `undefined` when there is no value or nothing is wrong with it. */
export function checkField(field: Field, value: unknown): FieldError | undefined {
  if (value === undefined) return undefined;
  if (field.kind === "number") return checkNumber(field, value);
  if (field.kind === "text") return checkText(field, value);
  if (field.kind === "choice" && !field.choices.some((choice) => choice.value === value))
    return { key: "field.error.choice", values: { value: String(value) } };
  return undefined;
}

function checkNumber(field: NumberField, value: unknown): FieldError | undefined {
  if (typeof value !== "number") return { key: "field.error.number" };
  if (field.integer && !Number.isInteger(value)) return { key: "field.error.integer" };
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = field;
  if (minimum !== undefined && value < minimum) return { key: "field.error.minimum", values: { bound: minimum } };
  if (maximum !== undefined && value > maximum) return { key: "field.error.maximum", values: { bound: maximum } };
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return { key: "field.error.above", values: { bound: exclusiveMinimum } };
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    return { key: "field.error.below", values: { bound: exclusiveMaximum } };
  return undefined;
}

function checkText(field: TextField, value: unknown): FieldError | undefined {
  if (typeof value !== "string") return { key: "field.error.text" };
  if (field.widget === "duration" && !isDuration(value))
    return /^\d+(\.\d+)?$/.test(value)
      ? { key: "field.error.durationUnit", values: { value } }
      : { key: "field.error.duration", values: { value } };
  if (field.widget === "subject" && /[\s\p{Cc}]/u.test(value)) return { key: "field.error.subject" };
  return undefined;
}
