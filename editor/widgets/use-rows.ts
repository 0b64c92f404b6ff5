import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { inserted, isObject, moved, removed, replaced } from "./edit.ts";

/** What can be done with rows; always the same object, so that rows that did not change need not be drawn again. */
export interface RowEdits {
  /** Puts a new row behind `index`; at the end when it is left out. */
  add(index?: number): void;
  set(index: number, row: unknown): void;
  setAll(rows: readonly unknown[]): void;
  remove(index: number): void;
  move(from: number, to: number): void;
  duplicate(index: number): void;
}

export interface Rows {
  readonly values: readonly unknown[];
  /** Stay with their row while rows move. */
  readonly keys: readonly number[];
  readonly edits: RowEdits;
}

/** The rows of a list or table as they stand in the document. `blank` is a new row. */
export function useRows(blank: unknown, value: unknown, fallback: unknown, onChange: (value: unknown) => void): Rows {
  const source: unknown = value ?? fallback;
  const values: readonly unknown[] = Array.isArray(source) ? source : [];
  const [kept, setKept] = useState(() => numbered([], values.length));
  const keys = kept.length === values.length ? kept : numbered(kept, values.length);
  const write = (next: readonly unknown[], nextKeys: readonly number[]) => {
    setKept(numbered(nextKeys, next.length));
    onChange(next.length === 0 && fallback === undefined ? undefined : next);
  };
  const latest = useRef({ values, keys, blank, write });
  useLayoutEffect(() => {
    latest.current = { values, keys, blank, write };
  });
  const edits = useMemo(() => editsOf(() => latest.current), []);
  return { values, keys, edits };
}

interface State {
  readonly values: readonly unknown[];
  readonly keys: readonly number[];
  readonly blank: unknown;
  write(values: readonly unknown[], keys: readonly number[]): void;
}

function editsOf(latest: () => State): RowEdits {
  const insert = (index: number, row: unknown) => {
    const { values, keys, write } = latest();
    write(inserted(values, index, row), inserted(keys, index, Math.max(-1, ...keys) + 1));
  };
  return {
    add: (index = latest().values.length - 1) => insert(index + 1, latest().blank),
    set(index, row) {
      const { values, keys, write } = latest();
      write(replaced(values, index, row), keys);
    },
    setAll: (rows) => latest().write(rows, latest().keys),
    remove(index) {
      const { values, keys, write } = latest();
      write(removed(values, index), removed(keys, index));
    },
    move(from, to) {
      const { values, keys, write } = latest();
      write(moved(values, from, to), moved(keys, from, to));
    },
    duplicate(index) {
      const row = latest().values[index];
      insert(index + 1, isObject(row) ? { ...row } : row);
    },
  };
}

/** As many keys as there are rows: those that are known, then new ones. */
function numbered(keys: readonly number[], length: number): readonly number[] {
  if (keys.length >= length) return keys.slice(0, length);
  const first = Math.max(-1, ...keys) + 1;
  return [...keys, ...Array.from({ length: length - keys.length }, (_, index) => first + index)];
}
