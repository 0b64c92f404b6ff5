/** Puts steps together and says what becomes of a point when one of them fails. */
import { MessageError } from "../../contract/errors.ts";
import { inferType, type Point } from "../../contract/point.ts";
import type { HistoryValues } from "../history.ts";
import { lookup } from "./lookup.ts";
import { parse } from "./parsing.ts";
import { moveField, removeFieldAt, removeTag, rename, setFieldAt, setTag } from "./point-steps.ts";
import type { Settings, StepSettings } from "./settings.ts";
import type { Draft, Step } from "./step.ts";
import { calculate, clamp, convertUnit, derive, numeric, round, scaleRange, setType } from "./value-steps.ts";

/** What becomes of a point, or why it is rejected. `known` is what expressions know of the point before. */
export type Transformation = (point: Point, known: HistoryValues) => Point | Rejected;

/** A point that a step turns away. */
export class Rejected {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What becomes of a point; the point itself stays as it is. Throws `MessageError` when the point is to fail. */
export function transformation({ steps, onError, defaultValue }: Settings): Transformation {
  const all = sequence(steps.map(stepOf));
  if (onError === "error") return all;
  if (onError === "ignore") return (point, known) => attempt(all, point, known) ?? point;
  // A point with another value is still to arrive where the others do, under their names.
  const names = sequence([
    (draft) => {
      draft.value = defaultValue;
      return undefined;
    },
    ...steps.filter(({ op }) => op === "rename" || op === "setTag" || op === "removeTag").map(stepOf),
  ]);
  return (point, known) => attempt(all, point, known) ?? names(point, known);
}

function attempt(change: Transformation, point: Point, known: HistoryValues): Point | Rejected | undefined {
  try {
    return change(point, known);
  } catch (error) {
    if (error instanceof MessageError) return undefined;
    throw error;
  }
}

function sequence(steps: readonly Step[]): Transformation {
  return (point, known) => {
    const draft: Draft = { ...point };
    for (const step of steps) {
      const rejection = step(draft, known);
      if (rejection !== undefined) return new Rejected(rejection.reason);
      if (typeof draft.value === "number" && !Number.isFinite(draft.value))
        throw new MessageError("not_finite", `${point.key} of ${point.device_id} becomes ${draft.value}`);
    }
    if (draft.value !== point.value) draft.type = typeOf(draft);
    return draft;
  };
}

/** A float stays a float when its value happens to be whole, so that databases see one type. */
function typeOf({ value, type }: Draft): Point["type"] {
  return typeof value === "number" && type === "float" ? "float" : inferType(value);
}

function stepOf(settings: StepSettings): Step {
  switch (settings.op) {
    case "parse":
      return parse(settings);
    case "derive":
      return derive(settings);
    case "setField":
      return setFieldAt(settings);
    case "moveField":
      return moveField(settings);
    case "removeField":
      return removeFieldAt(settings);
    case "scale":
      return numeric((value) => value * settings.factor);
    case "offset":
      return numeric((value) => value + settings.offset);
    case "scaleRange":
      return scaleRange(settings);
    case "convertUnit":
      return convertUnit(settings);
    case "expression":
      return calculate(settings);
    case "round":
      return round(settings);
    case "clamp":
      return clamp(settings);
    case "lookup":
      return lookup(settings);
    case "rename":
      return rename(settings);
    case "setTag":
      return setTag(settings);
    case "removeTag":
      return removeTag(settings);
    case "setType":
      return setType(settings);
  }
}
