import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { type ClipboardEvent, type KeyboardEvent, useRef } from "react";
import { useT } from "../i18n/messages.ts";
import { inserted, removed, replaced } from "./edit.ts";
import { emptyValue } from "./empty-value.ts";
import type { ListField } from "./field.ts";
import { InnerField } from "./InnerField.tsx";
import { readNumber } from "./number-text.ts";
import { noProblems, placeProblems } from "./place-problems.ts";
import { RowWords } from "./RowWords.tsx";
import { Section } from "./Section.tsx";
import type { WidgetProps } from "./widget.ts";

/** Values one below the other. Enter adds the next, pasting several lines fills several. */
export function ListWidget(props: WidgetProps<ListField>) {
  const { field, label, required = false, value, fallback, problems, onChange } = props;
  const t = useT();
  const body = useRef<HTMLDivElement>(null);
  const source: unknown = value ?? fallback;
  const items: readonly unknown[] = Array.isArray(source) ? source : [];
  const { here, below } = placeProblems(problems, items.keys());
  const write = (next: readonly unknown[]) => onChange(next.length === 0 && fallback === undefined ? undefined : next);

  const addAfter = (index: number) => {
    write(inserted(items, index + 1, emptyValue(field.item)));
    requestAnimationFrame(() => rowInput(body.current, index + 1)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement && !event.nativeEvent.isComposing) {
      event.preventDefault();
      addAfter(index);
    }
  };
  const onPaste = (event: ClipboardEvent, index: number) => {
    const lines = event.clipboardData
      .getData("text/plain")
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean);
    if (lines.length < 2 || (field.item.kind !== "text" && field.item.kind !== "number")) return;
    event.preventDefault();
    const values = lines.map((line) => (field.item.kind === "number" ? numberOr(line) : line));
    write(inserted(removed(items, index), index, ...values));
  };
  return (
    <Section label={label} required={required} description={field.description} problems={here}>
      <div ref={body} className="form__rows">
        {items.map((item, index) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the inputs inside it
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
            key={index}
            data-row
            className="form__row"
            onKeyDown={(event) => onKeyDown(event, index)}
            onPaste={(event) => onPaste(event, index)}
          >
            <div className="form__grow">
              <InnerField
                bare
                field={{
                  ...field.item,
                  ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }),
                }}
                label={t("field.item", { field: label, n: index + 1 })}
                value={item}
                fallback={undefined}
                problems={below.get(String(index)) ?? noProblems}
                onChange={(next) => write(replaced(items, index, next === undefined ? emptyValue(field.item) : next))}
              />
              <RowWords problems={below.get(String(index)) ?? noProblems} />
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={30}
              aria-label={t("field.removeItem", { n: index + 1 })}
              onClick={() => write(removed(items, index))}
            >
              <IconX size={14} stroke={1.6} />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="subtle"
          size="compact-xs"
          className="form__add"
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={() => addAfter(items.length - 1)}
        >
          {t("field.add")}
        </Button>
      </div>
    </Section>
  );
}

function numberOr(text: string): unknown {
  const reading = readNumber(text);
  return reading.kind === "number" ? reading.value : text;
}

function rowInput(body: HTMLElement | null, index: number): HTMLElement | null {
  return body?.querySelectorAll("[data-row]")[index]?.querySelector<HTMLElement>("input, textarea, select") ?? null;
}
