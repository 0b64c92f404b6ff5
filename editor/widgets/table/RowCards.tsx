import { Button, UnstyledButton } from "@mantine/core";
import { IconAlertCircle, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../../i18n/messages.ts";
import type { TableField } from "../field.ts";
import { ObjectForm } from "../ObjectForm.tsx";
import { noProblems, type PlacedProblem } from "../place-problems.ts";
import { summaryOf } from "./columns.ts";
import { RowActions } from "./RowActions.tsx";
import type { Rows } from "./use-rows.ts";

export interface RowsProps {
  readonly field: TableField;
  readonly label: string;
  readonly rows: Rows;
  readonly problems: ReadonlyMap<string, readonly PlacedProblem[]>;
}

/** More cards than this help nobody in a narrow column. */
const cardsAtMost = 50;

/** One line for each row; open, its whole form. A row added here opens at once. */
export function RowCards({ field, label, rows, problems, onShowAll }: RowsProps & { onShowAll(): void }) {
  const t = useT();
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [known, setKnown] = useState<readonly number[]>(rows.keys);
  if (known !== rows.keys && known.join() !== rows.keys.join()) {
    const added = rows.keys.filter((key) => !known.includes(key));
    setKnown(rows.keys);
    const [only] = added;
    if (only !== undefined && added.length === 1) setOpen(new Set([only]));
  }
  const toggle = (key: number) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const hidden = rows.values.length - cardsAtMost;
  return (
    <div className="form__cards">
      {rows.values.slice(0, cardsAtMost).map((row, index) => {
        const key = rows.keys[index] ?? index;
        const own = problems.get(String(index)) ?? noProblems;
        const { title, rest } = summaryOf(field.row, row);
        return (
          <div key={key} className="form__card" data-open={open.has(key) || undefined}>
            <div className="form__card-head">
              <UnstyledButton className="form__card-button" aria-expanded={open.has(key)} onClick={() => toggle(key)}>
                <IconChevronRight
                  size={14}
                  className="form__chevron"
                  data-open={open.has(key) || undefined}
                  aria-hidden
                />
                <span className="form__card-title">{title === "" ? t("field.row", { n: index + 1 }) : title}</span>
                <span className="form__card-rest">{rest}</span>
                {own.length === 0 ? null : (
                  <IconAlertCircle size={14} className="form__error" aria-label={t("field.rowTroubled")} />
                )}
              </UnstyledButton>
              <RowActions rows={rows} index={index} />
            </div>
            {open.has(key) ? (
              <fieldset className="form__card-body" aria-label={t("field.item", { field: label, n: index + 1 })}>
                <ObjectForm
                  field={field.row}
                  value={row}
                  fallback={undefined}
                  problems={own}
                  onChange={(next) => rows.set(index, next)}
                />
              </fieldset>
            ) : null}
          </div>
        );
      })}
      {hidden > 0 ? (
        <Button variant="subtle" size="compact-xs" onClick={onShowAll}>
          {t("field.table.more", { n: hidden })}
        </Button>
      ) : null}
    </div>
  );
}
