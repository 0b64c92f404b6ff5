import { Textarea, UnstyledButton } from "@mantine/core";
import { useRef } from "react";
import { useT } from "../i18n/messages.ts";
import type { CodeField } from "./field.ts";
import { useFrame } from "./frame.tsx";
import { usePlaceholder } from "./TextWidget.tsx";
import type { WidgetProps } from "./widget.ts";

/** An expression or a template, with the names that may stand in it below: a click puts one where the cursor is. */
export function CodeWidget(props: WidgetProps<CodeField>) {
  const { field, label, bare, value, onChange } = props;
  const t = useT();
  const input = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string) => {
    const box = input.current;
    if (box === null) return;
    const text = field.widget === "template" ? `\${${name}}` : name;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    onChange(box.value);
    box.focus();
  };
  return (
    <div>
      <Textarea
        {...useFrame(props)}
        ref={input}
        classNames={{ input: "form__code" }}
        autosize
        minRows={1}
        maxRows={12}
        spellCheck={false}
        autoComplete="off"
        value={typeof value === "string" ? value : ""}
        placeholder={usePlaceholder(props)}
        onChange={(event) => onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
      />
      {bare === true ? null : (
        <fieldset className="form__chips" aria-label={t("field.variables", { field: label })}>
          {field.variables.map((name) => (
            <UnstyledButton key={name} className="form__chip" onClick={() => insert(name)}>
              {name}
            </UnstyledButton>
          ))}
        </fieldset>
      )}
    </div>
  );
}
