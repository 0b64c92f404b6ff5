/** How a function of expressions is declared. */
import { MessageError } from "../../contract/errors.ts";
import { type Kind, show, type Value } from "../kinds.ts";

export interface ExpressionFunction {
  /** How it is written, for help and completion. */
  readonly usage: string;
  readonly summary: string;
  readonly parameters: readonly Kind[];
  /** How many of the parameters have to be given. */
  readonly required: number;
  /** The last parameter may be given any number of times. */
  readonly variadic: boolean;
  readonly returns: Kind;
  /** Arguments are of the kinds declared. Throws `MessageError` when it cannot be done all the same. */
  readonly call: (...args: unknown[]) => unknown;
  /** Looks at the arguments that are the same for every point, `undefined` for others. Throws `MessageError`. */
  readonly check?: (...args: unknown[]) => void;
}

type Values<P extends readonly Kind[]> = { [I in keyof P]: Value<P[I]> };

interface Options {
  readonly required?: number;
  readonly variadic?: boolean;
  readonly check?: (...args: unknown[]) => void;
}

export function define<const P extends readonly Kind[]>(
  usage: string,
  summary: string,
  parameters: P,
  returns: Kind,
  call: (...args: Values<P>) => unknown,
  { required = parameters.length, variadic = false, check }: Options = {},
): ExpressionFunction {
  const declared = { usage, summary, parameters, required, variadic, returns };
  return { ...declared, call: call as ExpressionFunction["call"], ...(check === undefined ? {} : { check }) };
}

export const numeric = (usage: string, summary: string, call: (x: number) => number) =>
  define(usage, summary, ["number"], "number", call);

/** `name` of a function needs what is `wanted`. */
export function mismatch(name: string, wanted: string, value: unknown): MessageError {
  return new MessageError("type_mismatch", `${name} needs ${wanted}, not ${show(value)}`);
}
