import { useMemo } from "react";
import "./form.css";
import type { JsonSchema } from "../../server/api/contract.ts";
import type { JsonObject } from "./edit.ts";
import { FieldView } from "./FieldView.tsx";
import { FieldContext } from "./InnerField.tsx";
import { ObjectForm } from "./ObjectForm.tsx";
import type { PlacedProblem } from "./place-problems.ts";
import { readForm } from "./read-field.ts";

interface Props {
  readonly schema: JsonSchema;
  readonly value: JsonObject;
  readonly problems: readonly PlacedProblem[];
  onChange(value: JsonObject): void;
}

/**
 * The form of any configuration, made of its schema alone. It holds no configuration itself: each change is a new
 * object handed to `onChange`, which has to come back as `value`.
 */
export function Form({ schema, value, problems, onChange }: Props) {
  const field = useMemo(() => readForm(schema), [schema]);
  return (
    <FieldContext value={FieldView}>
      <div className="form">
        <ObjectForm field={field} value={value} fallback={undefined} problems={problems} onChange={onChange} />
      </div>
    </FieldContext>
  );
}
