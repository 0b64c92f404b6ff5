import { Input, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useId } from "react";
import { useT } from "../i18n/messages.ts";
import type { NumberField, ScalarField, ScalarType } from "./field.ts";
import { useFrame } from "./frame.tsx";
import { NumberWidget } from "./NumberWidget.tsx";
import { usePlaceholder } from "./TextWidget.tsx";
import type { WidgetProps } from "./widget.ts";

const emptyOf: Readonly<Record<ScalarType, unknown>> = { string: "", number: 0, boolean: false };
const bareNumber: NumberField = { kind: "number", integer: false, advanced: false, showWhen: {}, initial: undefined };

/** A value whose type the person chooses beside it: `80` the number is not "80" the text. */
export function ScalarWidget(props: WidgetProps<ScalarField>) {
  const { field, label, value, fallback, onChange, bare = false } = props;
  const t = useT();
  const id = useId();
  const placeholder = usePlaceholder(props);
  const effective = value ?? fallback;
  const type = field.types.find((candidate) => candidate === typeof effective) ?? field.types[0] ?? "string";
  const pickType = (picked: string) => {
    const next = field.types.find((candidate) => candidate === picked);
    if (next !== undefined) onChange(converted(effective, next));
  };
  const inner = { label, bare: true, value, fallback, problems: [], onChange };
  return (
    <Input.Wrapper {...useFrame(props)} {...(bare ? {} : { id })}>
      <div className="form__inline">
        <NativeSelect
          size="xs"
          className="form__scalar-type"
          aria-label={t("field.typeOf", { field: label })}
          data={field.types.map((name) => ({ value: name, label: t(`field.type.${name}`) }))}
          value={type}
          onChange={(event) => pickType(event.currentTarget.value)}
        />
        {type === "number" ? <NumberWidget {...inner} field={bareNumber} /> : null}
        {type === "boolean" ? (
          <Switch
            size="xs"
            aria-label={label}
            label={effective === true ? "true" : "false"}
            checked={effective === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
        ) : null}
        {type === "string" ? (
          <TextInput
            size="xs"
            aria-label={label}
            spellCheck={false}
            value={typeof value === "string" ? value : ""}
            placeholder={placeholder}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        ) : null}
      </div>
    </Input.Wrapper>
  );
}

/** Keeps what was typed where the other type can hold it. */
function converted(value: unknown, type: ScalarType): unknown {
  if (type === "string" && value !== undefined) return String(value);
  if (type === "number" && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))
    return Number(value);
  return emptyOf[type];
}
