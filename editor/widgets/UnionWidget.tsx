import { Input, NativeSelect, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import { isObject } from "./edit.ts";
import { startOf } from "./empty-value.ts";
import type { Alternative, Field, UnionField } from "./field.ts";
import { useFrame } from "./frame.tsx";
import { InnerField } from "./InnerField.tsx";
import { ObjectForm } from "./ObjectForm.tsx";
import { noProblems } from "./place-problems.ts";
import type { WidgetProps } from "./widget.ts";

/** One of several forms: first which, then its own fields. */
export function UnionWidget(props: WidgetProps<UnionField>) {
  const { field, label, value, fallback, problems, onChange } = props;
  const t = useT();
  const { alternatives } = field;
  const [picked, setPicked] = useState<number>();
  const fitting = alternatives.findIndex((alternative) => fits(alternative, value ?? fallback));
  const pickedFits = picked !== undefined && (value === undefined || fits(alternatives[picked], value));
  const index = pickedFits ? picked : fitting;
  const chosen = alternatives[index];
  const inside = chosen !== undefined && chosen.constant === undefined;
  const frame = useFrame({ ...props, problems: inside ? noProblems : problems });

  const pick = (next: string) => {
    const alternative = alternatives[Number(next)];
    if (alternative === undefined) return;
    setPicked(Number(next));
    onChange(startOf(alternative));
  };
  const data = alternatives.map((alternative, at) => ({
    value: String(at),
    label: alternative.label ?? t(`field.kind.${alternative.field.kind}`),
  }));
  const few = data.length <= 3 && data.reduce((sum, item) => sum + item.label.length + 2, 0) <= 34;
  const control = {
    size: "xs",
    "aria-label": t("field.kindOf", { field: label }),
    value: index < 0 ? "" : String(index),
  } as const;
  return (
    <Input.Wrapper {...frame} labelElement="div">
      {few && props.bare !== true ? (
        <SegmentedControl {...control} fullWidth data={data} onChange={pick} />
      ) : (
        <NativeSelect
          {...control}
          data={index < 0 ? [{ value: "", label: t("field.choose") }, ...data] : data}
          onChange={(event) => pick(event.currentTarget.value)}
        />
      )}
      {inside ? (
        <div className="form__union-body">
          {chosen.field.kind === "object" ? (
            <ObjectForm
              field={chosen.field}
              value={value}
              fallback={fallback}
              problems={problems}
              onChange={(next) =>
                onChange(chosen.tag === undefined ? next : { [chosen.tag.key]: chosen.tag.value, ...next })
              }
            />
          ) : (
            <InnerField
              bare
              field={chosen.field}
              label={label}
              value={value}
              fallback={chosen.field.initial}
              problems={problems}
              onChange={onChange}
            />
          )}
        </div>
      ) : null}
    </Input.Wrapper>
  );
}

/** Whether the value looks like one of this alternative. */
function fits(alternative: Alternative | undefined, value: unknown): boolean {
  if (alternative === undefined || value === undefined) return false;
  const { constant, tag, field } = alternative;
  if (constant !== undefined) return value === constant;
  if (tag !== undefined) return isObject(value) && value[tag.key] === tag.value;
  return shapeFits(field, value);
}

function shapeFits(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case "text":
    case "code":
    case "connection":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return field.choices.some((choice) => choice.value === value);
    case "list":
    case "table":
    case "tuple":
    case "choices":
      return Array.isArray(value);
    case "object":
      return isObject(value) && field.properties.every(({ key, required }) => !required || Object.hasOwn(value, key));
    case "record":
      return isObject(value);
    case "secret":
      return typeof value === "string" || isObject(value);
    case "scalar":
      return field.types.some((type) => type === typeof value);
    case "union":
      return field.alternatives.some((alternative) => fits(alternative, value));
    case "json":
      return true;
    default:
      return field satisfies never;
  }
}
