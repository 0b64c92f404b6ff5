/** Steps that change what a value is called. */
import { MessageError } from "../../contract/errors.ts";
import { compileExpression } from "../../expression/expression.ts";
import { kindOf } from "../../expression/kinds.ts";
import { compileTemplate } from "../../expression/template.ts";
import { fieldOf, pathOf, removeField, setField } from "./point-fields.ts";
import type { StepSettings } from "./settings.ts";
import type { Step } from "./step.ts";

type Settings<Op extends StepSettings["op"]> = Extract<StepSettings, { readonly op: Op }>;

/** Both names are made from the names the point had before. */
export function rename({ key, deviceId }: Settings<"rename">): Step {
  const newKey = key === undefined ? undefined : compileTemplate(key);
  const newDevice = deviceId === undefined ? undefined : compileTemplate(deviceId);
  return (draft) => {
    const keyed = newKey?.render(draft) ?? draft.key;
    const named = newDevice?.render(draft) ?? draft.device_id;
    if (keyed === "" || named === "") throw new MessageError("invalid_name", "the new name of the point is empty");
    draft.key = keyed;
    draft.device_id = named;
    return undefined;
  };
}

export function setTag({ name, value }: Settings<"setTag">): Step {
  const text = compileTemplate(value);
  return (draft) => {
    // Spreading into a literal that adds a name costs a microsecond in V8, this a twentieth of it.
    draft.tags = Object.assign({}, draft.tags, { [name]: text.render(draft) });
    return undefined;
  };
}

export function removeTag({ name }: Settings<"removeTag">): Step {
  return (draft) => {
    if (!Object.hasOwn(draft.tags, name)) return undefined;
    const { [name]: _, ...rest } = draft.tags;
    draft.tags = rest;
    return undefined;
  };
}

export function setFieldAt({ path: text, expression, merge }: Settings<"setField">): Step {
  const path = pathOf(text);
  const compiled = compileExpression(expression);
  return (draft) => {
    const value = compiled.evaluate(draft);
    const before = merge ? fieldOf(draft, path) : undefined;
    const isMerge = kindOf(before) === "object" && kindOf(value) === "object";
    setField(draft, path, isMerge ? { ...(before as object), ...(value as object) } : value);
    return undefined;
  };
}

export function moveField({ from, to }: Settings<"moveField">): Step {
  const [source, target] = [pathOf(from), pathOf(to)];
  return (draft) => {
    const value = fieldOf(draft, source);
    if (value === undefined) throw new MessageError("missing_field", `this point has no ${from}`);
    removeField(draft, source);
    setField(draft, target, value);
    return undefined;
  };
}

export function removeFieldAt({ path: text }: Settings<"removeField">): Step {
  const path = pathOf(text);
  return (draft) => {
    removeField(draft, path);
    return undefined;
  };
}
