import { type KeyboardEvent, useState } from "react";
import type { NumberField } from "./field.ts";
import { readNumber, writeNumber } from "./number-text.ts";
import type { WidgetProps } from "./widget.ts";

export interface NumberText {
  readonly text: string;
  /** What stands there is no number; the document keeps the last one. */
  readonly unread: boolean;
  type(text: string): void;
  /** Arrow keys step by 1, with Shift by 10. */
  onKeyDown(event: KeyboardEvent): void;
}

/**
 * A number as text, so that `-` and `1e` can stand there on the way to a number. Only whole numbers reach the document;
 * what is no number leaves the last one in place.
 */
export function useNumberText({
  field,
  value,
  fallback,
  onChange,
}: Pick<WidgetProps<NumberField>, "field" | "value" | "fallback" | "onChange">): NumberText {
  const [draft, setDraft] = useState({ text: writeNumber(value), value });
  // Undo, an example or another field has set the value: what was being typed gives way.
  if (!Object.is(draft.value, value)) setDraft({ text: writeNumber(value), value });

  const reading = readNumber(draft.text);
  const type = (text: string) => {
    const next = readNumber(text);
    const written = next.kind === "empty" ? undefined : next.kind === "number" ? next.value : value;
    setDraft({ text, value: written });
    if (!Object.is(written, value)) onChange(written);
  };
  return {
    text: draft.text,
    unread: reading.kind === "partial" || (reading.kind === "wrong" && typeof value !== "string"),
    type,
    onKeyDown(event) {
      const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
      if (direction === 0) return;
      event.preventDefault();
      const kept = value ?? fallback;
      const from = typeof kept === "number" ? kept : 0;
      // Without the noise of binary fractions: 0.1 + 1 is 1.1.
      const stepped = Number((from + direction * (event.shiftKey ? 10 : 1)).toPrecision(12));
      type(String(within(field, stepped)));
    },
  };
}

function within({ minimum, maximum }: NumberField, value: number): number {
  return Math.min(maximum ?? value, Math.max(minimum ?? value, value));
}
