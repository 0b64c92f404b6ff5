import { isObject } from "../edit.ts";
import type { Field, ObjectField, Property } from "../field.ts";

/** A value that fits into one cell. */
export function isCell(field: Field): boolean {
  return ["text", "code", "number", "boolean", "choice"].includes(field.kind) && !isLong(field);
}
function isLong(field: Field): boolean {
  return field.kind === "text" && field.widget === "multiline";
}

export function columnsOf(row: ObjectField): readonly Property[] {
  return row.properties.filter(({ field }) => isCell(field));
}

const narrowColumns = 3;

/** Whether all of a row can be edited side by side in the width of the inspector. */
export function fitsNarrow(row: ObjectField): boolean {
  return (
    row.properties.length <= narrowColumns && row.properties.every(({ field }) => isCell(field) && !field.advanced)
  );
}

/** The row in a few words: its first text, then what else is set. */
export function summaryOf(row: ObjectField, value: unknown): { readonly title: string; readonly rest: string } {
  const object = isObject(value) ? value : {};
  const words = columnsOf(row).flatMap((property) => {
    const text = cellText(property.field, object[property.key]);
    return text === "" ? [] : [{ property, text }];
  });
  const first = words.find(({ property }) => property.field.kind === "text") ?? words[0];
  const others = words.filter((word) => word !== first).slice(0, 4);
  return { title: first?.text ?? "", rest: others.map(({ text }) => text).join(" · ") };
}

/** A cell as text, also for the clipboard. */
function cellText(field: Field, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (field.kind === "choice") return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return field.unit === undefined || field.kind !== "number" ? text : `${text} ${field.unit}`;
}
