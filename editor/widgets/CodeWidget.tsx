import { Textarea, UnstyledButton } from "@mantine/core";
import { lazy, Suspense, useRef } from "react";
import { useT } from "../i18n/messages.ts";
import { CodeFrame } from "./CodeFrame.tsx";
import type { CodeField } from "./field.ts";
import { type Frame, useFrame } from "./frame.tsx";
import { useSurroundings } from "./surroundings.ts";
import { usePlaceholder } from "./TextWidget.tsx";
import type { WidgetProps } from "./widget.ts";

/** CodeMirror comes with the first expression that is on the screen. */
const ExpressionEditor = lazy(() =>
  import("../code/ExpressionEditor.tsx").then(({ ExpressionEditor: component }) => ({ default: component })),
);

/** An expression or a template, with the names that may stand in it below: a click puts one where the cursor is. */
export function CodeWidget(props: WidgetProps<CodeField>) {
  const { field, label, bare, value, onChange } = props;
  const t = useT();
  const { code } = useSurroundings();
  const insertRef = useRef<((text: string) => void) | undefined>(undefined);
  const frame = useFrame(props);
  const placeholder = usePlaceholder(props);
  const plain = <PlainCode {...props} frame={frame} placeholder={placeholder} insertRef={insertRef} />;
  return (
    <div>
      {code === undefined ? (
        plain
      ) : (
        <Suspense fallback={plain}>
          <CodeFrame frame={frame}>
            {(isInvalid) => (
              <ExpressionEditor
                kind={field.widget}
                names={field.variables}
                help={code}
                isSmall={bare === true}
                label={label}
                value={typeof value === "string" ? value : ""}
                placeholder={placeholder}
                isInvalid={isInvalid}
                insertRef={insertRef}
                onChange={(text) => onChange(text === "" ? undefined : text)}
              />
            )}
          </CodeFrame>
        </Suspense>
      )}
      {bare === true ? null : (
        <fieldset className="form__chips" aria-label={t("field.variables", { field: label })}>
          {field.variables.map((name) => (
            <UnstyledButton
              key={name}
              className="form__chip"
              onClick={() => insertRef.current?.(field.widget === "template" ? `\${${name}}` : name)}
            >
              {name}
            </UnstyledButton>
          ))}
        </fieldset>
      )}
    </div>
  );
}

type Insert = { current: ((text: string) => void) | undefined };

interface PlainProps extends WidgetProps<CodeField> {
  readonly frame: Frame;
  readonly placeholder: string;
  readonly insertRef: Insert;
}

function PlainCode({ frame, placeholder, insertRef, value, onChange }: PlainProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  insertRef.current = (text) => {
    const box = input.current;
    if (box === null) return;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    onChange(box.value);
    box.focus();
  };
  return (
    <Textarea
      {...frame}
      ref={input}
      classNames={{ input: "form__code" }}
      autosize
      minRows={1}
      maxRows={12}
      spellCheck={false}
      autoComplete="off"
      value={typeof value === "string" ? value : ""}
      placeholder={placeholder}
      onChange={(event) => onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
    />
  );
}
