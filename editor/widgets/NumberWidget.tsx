import { TextInput } from "@mantine/core";
import { useT } from "../i18n/messages.ts";
import type { NumberField } from "./field.ts";
import { hasError, useFrame, useQuietWhileTyping } from "./frame.tsx";
import { unitSection, usePlaceholder } from "./TextWidget.tsx";
import { useNumberText } from "./use-number-text.ts";
import type { WidgetProps } from "./widget.ts";

/** A number with its unit. What is no number is said to be none when the field is left. */
export function NumberWidget(props: WidgetProps<NumberField>) {
  const { field, value, fallback } = props;
  const t = useT();
  const { text, unread, type, onKeyDown } = useNumberText(props);
  const kept = value ?? fallback;
  const words = kept === undefined ? t("field.error.number") : t("field.error.numberKept", { value: String(kept) });
  const { quiet, ...focus } = useQuietWhileTyping(unread || hasError(props));
  return (
    <TextInput
      {...useFrame(props, { quiet, ...(unread ? { ownError: words } : {}) })}
      {...focus}
      {...unitSection(field.unit)}
      classNames={{ input: "form__number" }}
      inputMode={field.integer ? "numeric" : "decimal"}
      autoComplete="off"
      value={text}
      placeholder={usePlaceholder(props)}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
