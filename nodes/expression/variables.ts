/** Templates and expressions where there is no point yet, as for requests of adapters: they know only what they are given. */
import { MessageError } from "../contract/errors.ts";
import type { Point } from "../contract/point.ts";
import { compileExpression } from "./expression.ts";
import { compileTemplate } from "./template.ts";

export type Variables = Readonly<Record<string, unknown>>;

/** There is no point yet; the language always has one at hand. */
const noPoint: Point = {
  device_id: "",
  key: "",
  value: undefined,
  type: "string",
  quality: 0,
  timestamp: "",
  tags: {},
};

/** The function throws `MessageError` naming `what` when something in the template is not there or does not fit. */
export function templateFrom(what: string, source: string, names: readonly string[]): (variables: Variables) => string {
  const template = compileTemplate(source, names);
  return (variables) => named(what, () => template.render(noPoint, variables));
}

/** As `templateFrom`; what is missing is `undefined`. */
export function valueFrom(what: string, source: string, names: readonly string[]): (variables: Variables) => unknown {
  const expression = compileExpression(source, names);
  return (variables) => {
    try {
      return named(what, () => expression.evaluate(noPoint, variables));
    } catch (error) {
      if (error instanceof MessageError && error.type === "missing_field") return undefined;
      throw error;
    }
  };
}

/** As `templateFrom`; a condition about something that is missing is false. */
export function conditionFrom(
  what: string,
  source: string,
  names: readonly string[],
): (variables: Variables) => boolean {
  const expression = compileExpression(source, names);
  return (variables) => named(what, () => expression.test(noPoint, variables));
}

function named<T>(what: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    throw new MessageError(error.type, `${what}: ${error.message.replace("this point has no", "there is no")}`, {
      cause: error,
    });
  }
}
