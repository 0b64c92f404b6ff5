import { Button } from "@mantine/core";
import { useState } from "react";
import { useT } from "../../i18n/messages.ts";
import { noProblems } from "../place-problems.ts";
import { useStable } from "../use-stable.ts";
import { RowCard } from "./RowCard.tsx";
import type { RowsProps } from "./RowGrid.tsx";

/** More cards than this help nobody in a narrow column. */
const cardsAtMost = 50;

/** One line for each row; open, its whole form. A row added here opens at once. */
export function RowCards({ field, label, rows, problems, onShowAll }: RowsProps & { onShowAll(): void }) {
  const t = useT();
  const { values, keys, edits } = rows;
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [known, setKnown] = useState<readonly number[]>(keys);
  if (known !== keys && known.join() !== keys.join()) {
    const added = keys.filter((key) => !known.includes(key));
    setKnown(keys);
    const [only] = added;
    if (only !== undefined && added.length === 1) setOpen(new Set([only]));
  }
  const toggle = useStable((key: number) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  });
  const hidden = values.length - cardsAtMost;
  return (
    <div className="form__cards">
      {values.slice(0, cardsAtMost).map((row, index) => {
        const key = keys[index] ?? index;
        return (
          <RowCard
            key={key}
            id={key}
            field={field.row}
            table={label}
            index={index}
            isLast={index === values.length - 1}
            row={row}
            open={open.has(key)}
            problems={problems.get(String(index)) ?? noProblems}
            edits={edits}
            onToggle={toggle}
          />
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
