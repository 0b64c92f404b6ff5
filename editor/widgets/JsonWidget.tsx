import { Textarea } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { CodeFrame } from "./CodeFrame.tsx";
import type { Field } from "./field.ts";
import { useFrame } from "./frame.tsx";
import { useSurroundings } from "./surroundings.ts";
import type { WidgetProps } from "./widget.ts";

/** CodeMirror comes with the first such field that is on the screen. */
const JsonEditor = lazy(() =>
  import("../code/JsonEditor.tsx").then(({ JsonEditor: component }) => ({ default: component })),
);

/** Any value as JSON text. Text that does not parse stays in the field with the reason and does not reach the document. */
export function JsonWidget(props: WidgetProps<Field>) {
  const { value, fallback, onChange } = props;
  const t = useT();
  const { code } = useSurroundings();
  const [draft, setDraft] = useState(() => ({ text: textOf(value), value }));
  if (!Object.is(draft.value, value) && JSON.stringify(draft.value) !== JSON.stringify(value))
    setDraft({ text: textOf(value), value });

  const parsed = parse(draft.text);
  const frame = useFrame(props, parsed.ok ? {} : { ownError: t("field.error.json", { reason: parsed.reason }) });
  const type = (text: string) => {
    const next = parse(text);
    setDraft({ text, value: next.ok ? next.value : value });
    if (next.ok) onChange(next.value);
  };
  const plain = (
    <Textarea
      {...frame}
      classNames={{ input: "form__code" }}
      autosize
      minRows={props.bare === true ? 1 : 2}
      maxRows={16}
      spellCheck={false}
      autoComplete="off"
      value={draft.text}
      placeholder={fallback === undefined ? "" : textOf(fallback)}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
  if (code === undefined || props.bare === true) return plain;
  return (
    <Suspense fallback={plain}>
      <CodeFrame frame={frame}>
        {(isInvalid) => <JsonEditor label={props.label} value={draft.text} isInvalid={isInvalid} onChange={type} />}
      </CodeFrame>
    </Suspense>
  );
}

function textOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; reason: string } {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}
