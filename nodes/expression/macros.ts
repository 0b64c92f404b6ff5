/** Calls that go through a list, such as `value.exists(x, x > 90)`. */
import { MessageError } from "../contract/errors.ts";
import type { Point } from "../contract/point.ts";
import { type Code, condition, expectKind, type Run, type Scope, textOf, type Variables } from "./code.ts";
import { ExpressionError } from "./expression-error.ts";
import { plain, show } from "./kinds.ts";
import type { Tree } from "./parse.ts";

export interface Macro {
  readonly usage: string;
  readonly summary: string;
  readonly compile: (body: Tree, loop: Loop) => Omit<Code, "constant">;
}

interface Loop {
  /** Knows the variable. */
  readonly scope: Scope;
  /** The items, `undefined` when the point has no such list. */
  items(point: Point, variables: Variables): readonly unknown[] | undefined;
  /** Sets the variable. */
  set(item: unknown): void;
}

export const macros: Readonly<Record<string, Macro>> = {
  exists: {
    usage: "list.exists(x, condition)",
    summary: "whether the condition is true for one of the list",
    compile: (body, loop) => ({ kind: "bool", run: quantifier(body, loop, true) }),
  },
  all: {
    usage: "list.all(x, condition)",
    summary: "whether the condition is true for every one of the list",
    compile: (body, loop) => ({ kind: "bool", run: quantifier(body, loop, false) }),
  },
  filter: {
    usage: "list.filter(x, condition)",
    summary: "those of the list for which the condition is true",
    compile: (body, loop) => ({ kind: "list", run: filter(body, loop) }),
  },
  map: {
    usage: "list.map(x, expression)",
    summary: "what the expression makes of each of the list",
    compile: (body, loop) => ({ kind: "list", run: map(body, loop) }),
  },
};

export function macroCall(macro: Macro, args: readonly Tree[], tree: Tree, scope: Scope): Code {
  const [list, variable, body, ...rest] = args;
  if (list === undefined || variable?.op !== "id" || body === undefined || rest.length > 0)
    throw new ExpressionError(`write ${macro.usage}`, tree.start);
  const cell: { value: unknown } = { value: undefined };
  const source = scope.compile(list, scope);
  expectKind(list, source, "list");
  const loop: Loop = {
    scope: { ...scope, locals: new Map([...scope.locals, [variable.args, cell]]) },
    items(point, variables) {
      const value = source.run(point, variables);
      if (value === undefined) return undefined;
      if (!Array.isArray(value))
        throw new MessageError("type_mismatch", `${textOf(list)} has to be a list, not ${show(value)}`);
      scope.budget.spend(value.length);
      return value;
    },
    set: (item) => {
      cell.value = plain(item);
    },
  };
  return { ...macro.compile(body, loop), constant: false };
}

/** An unknown answer matters only when no other decides, as with `&&` and `||`. */
function quantifier(body: Tree, loop: Loop, deciding: boolean): Run {
  const test = condition(body, loop.scope);
  return (point, variables) => {
    const items = loop.items(point, variables);
    if (items === undefined) return undefined;
    let unknown = false;
    for (const item of items) {
      loop.set(item);
      const answer = test.run(point, variables);
      if (answer === deciding) return deciding;
      unknown ||= answer === undefined;
    }
    return unknown ? undefined : !deciding;
  };
}

function filter(body: Tree, loop: Loop): Run {
  const test = condition(body, loop.scope);
  return (point, variables) =>
    loop.items(point, variables)?.filter((item) => {
      loop.set(item);
      return test.run(point, variables) === true;
    });
}

function map(body: Tree, loop: Loop): Run {
  const code = loop.scope.compile(body, loop.scope);
  return (point, variables) => {
    const results = loop.items(point, variables)?.map((item) => {
      loop.set(item);
      return code.run(point, variables);
    });
    return results?.includes(undefined) ? undefined : results;
  };
}
