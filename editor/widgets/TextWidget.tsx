import { Textarea, TextInput } from "@mantine/core";
import { useT } from "../i18n/messages.ts";
import type { TextField } from "./field.ts";
import { hasError, useFrame, useQuietWhileTyping } from "./frame.tsx";
import type { WidgetProps } from "./widget.ts";

/** Text of one line, or of several; also durations, subjects, topics and paths. Clearing it removes the value. */
export function TextWidget(props: WidgetProps<TextField>) {
  const { field, value, onChange } = props;
  const { quiet, ...focus } = useQuietWhileTyping(hasError(props));
  const frame = useFrame(props, { quiet });
  const placeholder = usePlaceholder(props);
  const input = {
    ...frame,
    ...focus,
    value: value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value),
    placeholder,
    spellCheck: false,
    autoComplete: "off",
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value),
  };
  if (field.widget === "multiline") return <Textarea {...input} autosize minRows={2} maxRows={12} />;
  const code = field.widget !== "plain" && field.widget !== "duration";
  return <TextInput {...input} classNames={code ? { input: "form__code" } : {}} {...unitSection(field.unit)} />;
}

/** The default when there is one, since it is what applies; otherwise the example of the declaration, as such. */
export function usePlaceholder({ field, fallback }: Pick<WidgetProps, "field" | "fallback">): string {
  const t = useT();
  if (fallback !== undefined && fallback !== null && fallback !== "")
    return typeof fallback === "object" ? JSON.stringify(fallback) : String(fallback);
  return field.placeholder === undefined ? "" : t("field.example", { text: field.placeholder });
}

export function unitSection(unit: string | undefined) {
  if (unit === undefined) return {};
  return {
    rightSection: <span className="form__unit">{unit}</span>,
    rightSectionWidth: `calc(${unit.length}ch + 16px)`,
    rightSectionPointerEvents: "none" as const,
  };
}
