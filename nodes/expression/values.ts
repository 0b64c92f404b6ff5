/** What operators do with values. `undefined` stands for a field that the point does not have: its result is unknown. */
import { MessageError } from "../contract/errors.ts";
import type { Budget } from "./budget.ts";
import { kindOf, show } from "./kinds.ts";

/** Adds numbers, joins texts or lists. */
export function add(a: unknown, b: unknown, source: string, budget: Budget): unknown {
  if (a === undefined || b === undefined) return undefined;
  if (typeof a === "string" && typeof b === "string") return budget.text(a + b);
  if (Array.isArray(a) && Array.isArray(b)) {
    budget.spend(a.length + b.length);
    return [...a, ...b];
  }
  const advice = typeof a === "string" || typeof b === "string" ? "; string(x) makes text of a value" : "";
  throw new MessageError("type_mismatch", `cannot add ${show(a)} and ${show(b)} in ${source}${advice}`);
}

/** For operands that are not both numbers. */
export function refuseNumbers(a: unknown, b: unknown, source: string): undefined {
  if (a === undefined || b === undefined) return undefined;
  throw new MessageError("type_mismatch", `${source} needs numbers, not ${show(typeof a === "number" ? b : a)}`);
}

/** Values of different kinds are in no order: every comparison of them is false. */
export function order(a: unknown, b: unknown, compare: (a: string, b: string) => boolean): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  return typeof a === "string" && typeof b === "string" && compare(a, b);
}

/** Whether two values are the same, lists and objects by what is in them. Different kinds are never equal. */
export function equal(a: unknown, b: unknown, budget: Budget): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  budget.spend(names.length + 1);
  if (kindOf(a) !== kindOf(b) || names.length !== Object.keys(b).length) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  return names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name], budget));
}

/** Whether a list contains a value, or an object has a field. */
export function isIn(value: unknown, container: unknown, source: string, budget: Budget): boolean | undefined {
  if (value === undefined || container === undefined) return undefined;
  if (Array.isArray(container)) {
    budget.spend(container.length);
    return container.some((item) => equal(value, item, budget));
  }
  if (kindOf(container) === "object") return typeof value === "string" && Object.hasOwn(container as object, value);
  throw new MessageError("type_mismatch", `${source} needs a list or an object after "in", not ${show(container)}`);
}

/** A condition inside an expression: true, false or unknown. */
export function truth(value: unknown, source: string): boolean | undefined {
  if (typeof value === "boolean" || value === undefined) return value;
  throw new MessageError("type_mismatch", `${source} has to be true or false, not ${show(value)}`);
}
