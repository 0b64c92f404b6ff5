/** What may stand in an expression, for completion. */
import { functions } from "./functions.ts";
import { macros } from "./macros.ts";
import { describeNames } from "./reading.ts";

export interface ExpressionDescription {
  readonly names: readonly { readonly name: string; readonly summary: string }[];
  readonly functions: readonly {
    readonly name: string;
    /** `round(x, decimals)` */
    readonly usage: string;
    readonly summary: string;
  }[];
}

export function describeExpressions(): ExpressionDescription {
  const callable = Object.entries({ ...functions, ...macros });
  return {
    names: describeNames(),
    functions: [
      ...callable.map(([name, { usage, summary }]) => ({ name, usage, summary })),
      { name: "has", usage: "has(tags.line)", summary: "whether the point has this field or tag" },
    ],
  };
}
