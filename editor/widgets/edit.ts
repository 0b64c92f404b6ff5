/** Changes to configuration values. Nothing is changed in place, and what did not change stays the same object. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object with one property set; `undefined` removes it. Properties keep the order people gave them. */
export function withProperty(object: JsonObject, key: string, value: unknown): JsonObject {
  if (value !== undefined) return { ...object, [key]: value };
  if (!Object.hasOwn(object, key)) return object;
  const { [key]: _, ...rest } = object;
  return rest;
}

export function replaced<T>(items: readonly T[], index: number, item: T): readonly T[] {
  return items.map((old, at) => (at === index ? item : old));
}
export function inserted<T>(items: readonly T[], index: number, ...added: readonly T[]): readonly T[] {
  return [...items.slice(0, index), ...added, ...items.slice(index)];
}
export function removed<T>(items: readonly T[], index: number): readonly T[] {
  return items.filter((_, at) => at !== index);
}
/** The item at `from` comes to stand at `to`; the same list when either is outside. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const item = items[from];
  if (item === undefined || from === to || to < 0 || to >= items.length) return items;
  return inserted(removed(items, from), to, item);
}
