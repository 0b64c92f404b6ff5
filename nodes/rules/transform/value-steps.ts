/** Steps that make a new value. */
import { MessageError } from "../../contract/errors.ts";
import { compileExpression } from "../../expression/expression.ts";
import { plain, show } from "../../expression/kinds.ts";
import { roundHalfAway } from "../../expression/round.ts";
import { toScalar } from "../../plugins/convert/scalar.ts";
import { numberOf } from "../../points/number-of.ts";
import type { StepSettings } from "./settings.ts";
import type { Draft, Step } from "./step.ts";
import { conversion } from "./units.ts";

type Settings<Op extends StepSettings["op"]> = Extract<StepSettings, { readonly op: Op }>;

/** A step on numbers. */
export function numeric(calculate: (value: number) => number): Step {
  return (draft) => {
    draft.value = calculate(numberOf(draft));
  };
}

export function scaleRange({ inMin, inMax, outMin, outMax, clamp }: Settings<"scaleRange">): Step {
  return numeric((value) => {
    const share = (value - inMin) / (inMax - inMin);
    const kept = clamp ? Math.min(1, Math.max(0, share)) : share;
    // Weighing both ends hits each of them exactly.
    return outMin * (1 - kept) + outMax * kept;
  });
}

export function convertUnit({ from, to }: Settings<"convertUnit">): Step {
  const convert = conversion(from, to);
  return (draft) => {
    draft.value = convert(numberOf(draft));
    if (draft.tags["unit"] === from) draft.tags = { ...draft.tags, unit: to };
  };
}

export function calculate({ expression }: Settings<"expression">): Step {
  const compiled = compileExpression(expression);
  return (draft) => {
    draft.value = compiled.evaluate(draft);
  };
}

export function round({ decimals }: Settings<"round">): Step {
  return numeric((value) => roundHalfAway(value, decimals));
}

export function clamp({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Settings<"clamp">): Step {
  return numeric((value) => Math.min(Math.max(value, min), max));
}

export function lookup({ table, default: otherwise }: Settings<"lookup">): Step {
  const entries = new Map<unknown, unknown>(table.map(({ from, to }) => [from, to]));
  return (draft) => {
    const found = entries.get(plain(draft.value)) ?? otherwise;
    if (found === undefined) throw new MessageError("no_match", `the table has nothing for ${show(draft.value)}`);
    draft.value = found;
  };
}

export function setType({ type }: Settings<"setType">): Step {
  return (draft: Draft) => {
    draft.value = toScalar(type, draft.value);
    draft.type = type;
  };
}
