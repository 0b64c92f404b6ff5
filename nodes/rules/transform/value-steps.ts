/** Steps that make a new value. */
import { compileExpression } from "../../expression/expression.ts";
import { toScalar } from "../../plugins/convert/scalar.ts";
import { numberOf } from "../../points/number-of.ts";
import { historyVariables } from "../history.ts";
import { sourceOf } from "./derivations.ts";
import { rounding } from "./rounding.ts";
import type { StepSettings } from "./settings.ts";
import type { Draft, Step } from "./step.ts";
import { conversion } from "./units.ts";

type Settings<Op extends StepSettings["op"]> = Extract<StepSettings, { readonly op: Op }>;

/** A step on numbers. */
export function numeric(calculate: (value: number) => number): Step {
  return (draft) => {
    draft.value = calculate(numberOf(draft));
    return undefined;
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
    return undefined;
  };
}

export function calculate({ expression }: Settings<"expression">): Step {
  const compiled = compileExpression(expression, historyVariables);
  return (draft, known) => {
    draft.value = compiled.evaluate(draft, known);
    return undefined;
  };
}

export function derive({ what }: Settings<"derive">): Step {
  const compiled = compileExpression(sourceOf(what));
  return (draft) => {
    draft.value = compiled.evaluate(draft);
    return undefined;
  };
}

export function round({ decimals, mode }: Settings<"round">): Step {
  return numeric(rounding(mode, decimals));
}

export function clamp({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Settings<"clamp">): Step {
  return numeric((value) => Math.min(Math.max(value, min), max));
}

export function setType({ type }: Settings<"setType">): Step {
  return (draft: Draft) => {
    draft.value = toScalar(type, draft.value);
    draft.type = type;
    return undefined;
  };
}
