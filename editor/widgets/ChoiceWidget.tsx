import { Input, MultiSelect, NativeSelect, SegmentedControl, Select } from "@mantine/core";
import type { ChoiceField, ChoicesField } from "./field.ts";
import { useFrame } from "./frame.tsx";
import type { WidgetProps } from "./widget.ts";

const segmentsAtMost = 3;
const segmentCharacters = 34;

/** One of a set of values: side by side when they are few and short, otherwise a list to drop down. */
export function ChoiceWidget(props: WidgetProps<ChoiceField>) {
  const { field, value, fallback, onChange, bare = false, required = false } = props;
  const frame = useFrame(props);
  const { choices } = field;
  const effective = value ?? fallback;
  const chosen = choices.findIndex((choice) => choice.value === effective);
  const stray = chosen < 0 && effective !== undefined;
  const data = [
    ...choices.map(({ label }, index) => ({ value: String(index), label })),
    ...(stray ? [{ value: "-1", label: String(effective) }] : []),
  ];
  const choose = (index: string | null) => onChange(index === null ? undefined : choices[Number(index)]?.value);

  if (bare) {
    const { label: _, description: __, ...cell } = frame;
    const blank = effective === undefined ? [{ value: "", label: "" }] : [];
    return (
      <NativeSelect
        {...cell}
        data={[...blank, ...data]}
        value={effective === undefined ? "" : String(chosen)}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    );
  }
  const short = choices.reduce((sum, { label }) => sum + label.length + 2, 0) <= segmentCharacters;
  if (choices.length <= segmentsAtMost && short && !stray) {
    const { size, ...around } = frame;
    return (
      <Input.Wrapper {...around} size={size} labelElement="div">
        <SegmentedControl
          fullWidth
          size={size}
          aria-label={props.label}
          data={data}
          value={chosen < 0 ? "" : String(chosen)}
          onChange={choose}
        />
      </Input.Wrapper>
    );
  }
  return (
    <Select
      {...frame}
      data={data}
      value={effective === undefined ? null : String(chosen)}
      onChange={choose}
      allowDeselect={false}
      searchable={choices.length > 8}
      clearable={!required && value !== undefined && fallback === undefined}
      placeholder={field.placeholder ?? ""}
      comboboxProps={{ shadow: "md" }}
    />
  );
}

/** Several of a set of values. None chosen removes the value, unless something else would then apply. */
export function ChoicesWidget(props: WidgetProps<ChoicesField>) {
  const { field, value, fallback, onChange } = props;
  const frame = useFrame(props);
  const effective: unknown = value ?? fallback;
  const chosen = Array.isArray(effective) ? effective : [];
  const indexes = chosen.map((one) => String(field.choices.findIndex((choice) => choice.value === one)));
  const choose = (picked: readonly string[]) => {
    const values = picked.flatMap((index) => field.choices[Number(index)]?.value ?? []);
    onChange(values.length === 0 && fallback === undefined ? undefined : values);
  };
  return (
    <MultiSelect
      {...frame}
      data={field.choices.map(({ label }, index) => ({ value: String(index), label }))}
      value={indexes.filter((index) => index !== "-1")}
      onChange={choose}
      searchable={field.choices.length > 8}
      placeholder={indexes.length === 0 ? (field.placeholder ?? "") : ""}
      comboboxProps={{ shadow: "md" }}
    />
  );
}
