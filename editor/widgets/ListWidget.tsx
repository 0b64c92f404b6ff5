import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { type ClipboardEvent, type KeyboardEvent, useRef } from "react";
import { useT } from "../i18n/messages.ts";
import { inserted, removed } from "./edit.ts";
import { emptyValue } from "./empty-value.ts";
import type { Field, ListField } from "./field.ts";
import { InnerField } from "./InnerField.tsx";
import { readNumber } from "./number-text.ts";
import { indexes, noProblems, placeProblems } from "./place-problems.ts";
import { RowActions } from "./RowActions.tsx";
import { RowWords } from "./RowWords.tsx";
import { Section } from "./Section.tsx";
import { type RowEdits, useRows } from "./use-rows.ts";
import type { WidgetProps } from "./widget.ts";

/**
 * Values one below the other. Single lines get the next by Enter, and several by pasting several lines; values with a
 * form of their own can be moved and duplicated.
 */
export function ListWidget(props: WidgetProps<ListField>) {
  const { field, label, required = false, value, fallback, problems, onChange } = props;
  const t = useT();
  const body = useRef<HTMLDivElement>(null);
  const { values, keys, edits } = useRows(emptyValue(field.item), value, fallback, onChange);
  const { here, below } = placeProblems(problems, indexes(values.length));
  const isLine = ["text", "number", "connection", "scalar"].includes(field.item.kind);
  const item: Field = { ...field.item, ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }) };

  const addAfter = (index: number) => {
    edits.add(index);
    requestAnimationFrame(() => rowInput(body.current, index + 1)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    if (event.key !== "Enter" || !isLine || !(event.target instanceof HTMLInputElement)) return;
    if (event.nativeEvent.isComposing) return;
    event.preventDefault();
    addAfter(index);
  };
  const onPaste = (event: ClipboardEvent, index: number) => {
    const lines = linesOf(event.clipboardData.getData("text/plain"), field.item);
    if (lines.length < 2) return;
    event.preventDefault();
    edits.setAll(inserted(removed(values, index), index, ...lines));
  };
  return (
    <Section label={label} required={required} description={field.description} problems={here}>
      <div ref={body} className="form__rows">
        {values.map((row, index) => {
          const own = below.get(String(index)) ?? noProblems;
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the inputs inside it
            <div
              key={keys[index] ?? index}
              data-row
              className={isLine ? "form__row" : "form__block"}
              onKeyDown={(event) => onKeyDown(event, index)}
              onPaste={(event) => onPaste(event, index)}
            >
              {isLine ? null : (
                <div className="form__block-head">
                  <span className="form__count">{index + 1}</span>
                  <RowActions edits={edits} index={index} isLast={index === values.length - 1} />
                </div>
              )}
              <div className="form__grow">
                <InnerField
                  bare
                  field={item}
                  label={t("field.item", { field: label, n: index + 1 })}
                  value={row}
                  fallback={undefined}
                  problems={own}
                  onChange={(next) => edits.set(index, next === undefined ? emptyValue(field.item) : next)}
                />
                {isLine ? <RowWords problems={own} /> : null}
              </div>
              {isLine ? <RemoveButton edits={edits} index={index} /> : null}
            </div>
          );
        })}
        <Button
          variant="subtle"
          size="compact-xs"
          className="form__add"
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={() => addAfter(values.length - 1)}
        >
          {t("field.add")}
        </Button>
      </div>
    </Section>
  );
}

function RemoveButton({ edits, index }: { readonly edits: RowEdits; readonly index: number }) {
  const t = useT();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={30}
      aria-label={t("field.removeItem", { n: index + 1 })}
      onClick={() => edits.remove(index)}
    >
      <IconX size={14} stroke={1.6} />
    </ActionIcon>
  );
}

/** The values that pasted lines stand for; none where an item is no line. */
function linesOf(text: string, item: Field): readonly unknown[] {
  if (item.kind !== "text" && item.kind !== "number") return [];
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter(Boolean).map((line) => {
    const reading = readNumber(line);
    return item.kind === "number" && reading.kind === "number" ? reading.value : line;
  });
}

function rowInput(body: HTMLElement | null, index: number): HTMLElement | null {
  return body?.querySelectorAll("[data-row]")[index]?.querySelector<HTMLElement>("input, textarea, select") ?? null;
}
