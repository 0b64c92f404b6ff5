import { TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useT } from "../i18n/messages.ts";
import type { NumberField } from "./field.ts";
import { hasError, useFrame, useQuietWhileTyping } from "./frame.tsx";
import { readNumber, writeNumber } from "./number-text.ts";
import { unitSection, usePlaceholder } from "./TextWidget.tsx";
import type { WidgetProps } from "./widget.ts";

/**
 * A number as text, so that `-` and `1e` can stand there on the way to a number. Only whole numbers reach the document;
 * what is no number leaves the last one in place and says so. Arrow keys step by 1, with Shift by 10.
 */
export function NumberWidget(props: WidgetProps<NumberField>) {
  const { field, value, fallback, onChange } = props;
  const t = useT();
  const [draft, setDraft] = useState({ text: writeNumber(value), value });
  // Undo, an example or another field has set the value: what was being typed gives way.
  if (!Object.is(draft.value, value)) setDraft({ text: writeNumber(value), value });

  const reading = readNumber(draft.text);
  const unread = reading.kind === "partial" || (reading.kind === "wrong" && typeof value !== "string");
  const kept = value ?? fallback;
  const unreadWords =
    kept === undefined ? t("field.error.number") : t("field.error.numberKept", { value: String(kept) });
  const { quiet, ...focus } = useQuietWhileTyping(unread || hasError(props));
  const frame = useFrame(props, { quiet, ...(unread ? { ownError: unreadWords } : {}) });

  const type = (text: string) => {
    const next = readNumber(text);
    const written = next.kind === "empty" ? undefined : next.kind === "number" ? next.value : value;
    setDraft({ text, value: written });
    if (!Object.is(written, value)) onChange(written);
  };
  const step = (event: KeyboardEvent) => {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    const from = typeof kept === "number" ? kept : 0;
    const stepped = Number((from + direction * (event.shiftKey ? 10 : 1)).toPrecision(12));
    type(String(within(field, stepped)));
  };
  return (
    <TextInput
      {...frame}
      {...focus}
      {...unitSection(field.unit)}
      classNames={{ input: "form__number" }}
      inputMode={field.integer ? "numeric" : "decimal"}
      autoComplete="off"
      value={draft.text}
      placeholder={usePlaceholder(props)}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={step}
    />
  );
}

function within({ minimum, maximum }: NumberField, value: number): number {
  return Math.min(maximum ?? value, Math.max(minimum ?? value, value));
}
