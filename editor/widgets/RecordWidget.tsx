import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import { isObject, removed, replaced } from "./edit.ts";
import { emptyValue } from "./empty-value.ts";
import type { RecordField } from "./field.ts";
import { InnerField } from "./InnerField.tsx";
import { noProblems, placeProblems } from "./place-problems.ts";
import { RowWords } from "./RowWords.tsx";
import { Section } from "./Section.tsx";
import type { WidgetProps } from "./widget.ts";

type Entry = readonly [key: string, value: unknown];

/**
 * Names and their values. Rows whose name is empty or stands twice wait here, marked, until it is right: writing them
 * would lose one of the two.
 */
export function RecordWidget({
  field,
  label,
  required = false,
  value,
  fallback,
  problems,
  onChange,
}: WidgetProps<RecordField>) {
  const t = useT();
  const source = value ?? fallback;
  const [draft, setDraft] = useState(() => ({ entries: entriesOf(source), source }));
  if (!Object.is(draft.source, source) && JSON.stringify(source) !== JSON.stringify(recordOf(draft.entries)))
    setDraft({ entries: entriesOf(source), source });

  const { entries } = draft;
  const { here, below } = placeProblems(
    problems,
    entries.map(([key]) => key),
  );
  const write = (next: readonly Entry[]) => {
    const record = recordOf(next);
    const written = Object.keys(record).length === 0 && fallback === undefined ? undefined : record;
    setDraft({ entries: next, source: written });
    onChange(written);
  };
  return (
    <Section label={label} required={required} description={field.description} problems={here}>
      <div className="form__rows">
        {entries.map(([key, item], index) => {
          const twice = key !== "" && placeOf(entries, key) !== index;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the key is what is being edited
            <div key={index} className="form__row">
              <div className="form__record-key">
                <TextInput
                  size="xs"
                  aria-label={t("field.recordKey", { field: label, n: index + 1 })}
                  placeholder={t("field.recordKeyPlaceholder")}
                  spellCheck={false}
                  value={key}
                  error={twice ? t("field.error.twice") : undefined}
                  onChange={(event) => write(replaced(entries, index, [event.currentTarget.value, item]))}
                />
              </div>
              <div className="form__grow">
                <InnerField
                  bare
                  field={field.item}
                  label={t("field.recordValue", { key })}
                  value={item ?? undefined}
                  fallback={undefined}
                  problems={below.get(key) ?? noProblems}
                  onChange={(next) => write(replaced(entries, index, [key, next ?? emptyValue(field.item)]))}
                />
                <RowWords problems={below.get(key) ?? noProblems} />
              </div>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                aria-label={t("field.removeItem", { n: index + 1 })}
                onClick={() => write(removed(entries, index))}
              >
                <IconX size={14} stroke={1.6} />
              </ActionIcon>
            </div>
          );
        })}
        <Button
          variant="subtle"
          size="compact-xs"
          className="form__add"
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={() => write([...entries, ["", emptyValue(field.item)]])}
        >
          {t("field.add")}
        </Button>
      </div>
    </Section>
  );
}

function entriesOf(value: unknown): readonly Entry[] {
  return isObject(value) ? Object.entries(value) : [];
}
function recordOf(entries: readonly Entry[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries.filter(([key], index) => key !== "" && placeOf(entries, key) === index));
}
function placeOf(entries: readonly Entry[], key: string): number {
  return entries.findIndex(([other]) => other === key);
}
