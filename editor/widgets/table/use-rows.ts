import { useState } from "react";
import { inserted, isObject, moved, removed, replaced } from "../edit.ts";
import { emptyValue } from "../empty-value.ts";
import type { TableField } from "../field.ts";

export interface Rows {
  readonly values: readonly unknown[];
  /** Stay with their row while rows move. */
  readonly keys: readonly number[];
  add(): void;
  set(index: number, row: unknown): void;
  setAll(rows: readonly unknown[]): void;
  remove(index: number): void;
  move(from: number, to: number): void;
  duplicate(index: number): void;
}

/** The rows of a table as they stand in the document, and what can be done with them. */
export function useRows(
  field: TableField,
  value: unknown,
  fallback: unknown,
  onChange: (value: unknown) => void,
): Rows {
  const source: unknown = value ?? fallback;
  const values: readonly unknown[] = Array.isArray(source) ? source : [];
  const [kept, setKept] = useState(() => numbered([], values.length));
  const keys = kept.length === values.length ? kept : numbered(kept, values.length);
  const write = (next: readonly unknown[], nextKeys: readonly number[]) => {
    setKept(numbered(nextKeys, next.length));
    onChange(next.length === 0 && fallback === undefined ? undefined : next);
  };
  const fresh = () => Math.max(-1, ...keys) + 1;
  return {
    values,
    keys,
    add: () => write([...values, emptyValue(field.row)], [...keys, fresh()]),
    set: (index, row) => write(replaced(values, index, row), keys),
    setAll: (rows) => write(rows, keys),
    remove: (index) => write(removed(values, index), removed(keys, index)),
    move: (from, to) => write(moved(values, from, to), moved(keys, from, to)),
    duplicate: (index) => {
      const row = values[index];
      const copy = isObject(row) ? { ...row } : row;
      write(inserted(values, index + 1, copy), inserted(keys, index + 1, fresh()));
    },
  };
}

/** As many keys as there are rows: those that are known, then new ones. */
function numbered(keys: readonly number[], length: number): readonly number[] {
  if (keys.length >= length) return keys.slice(0, length);
  const first = Math.max(-1, ...keys) + 1;
  return [...keys, ...Array.from({ length: length - keys.length }, (_, index) => first + index)];
}
