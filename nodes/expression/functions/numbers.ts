/** What functions on lists of numbers take: a list, or a composite value that holds one. */
import { mismatch } from "./define.ts";

/** The list itself, or the `values` of a vector, array, matrix or time series. */
export function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "values")) return undefined;
  const { values } = value as { readonly values: unknown };
  return Array.isArray(values) ? values : undefined;
}

/** All numbers, those of a matrix row by row. Throws `MessageError` for anything else; `name` is the function's. */
export function numbersIn(value: unknown, name: string): readonly number[] {
  const list = listIn(value);
  if (list === undefined) throw mismatch(name, "a list of numbers", value);
  const flat = list.some(Array.isArray) ? list.flat() : list;
  for (const item of flat) if (typeof item !== "number") throw mismatch(name, "numbers only", item);
  return flat as readonly number[];
}

/** As `numbersIn`; throws also when there are fewer than `least`. */
export function someNumbersIn(value: unknown, name: string, least = 1): readonly number[] {
  const numbers = numbersIn(value, name);
  if (numbers.length >= least) return numbers;
  throw mismatch(name, least === 1 ? "at least one number" : `at least ${least} numbers`, value);
}
