import { IconAlertCircle, IconChevronRight } from "@tabler/icons-react";
import { memo } from "react";
import { useT } from "../../i18n/messages.ts";
import type { ObjectField } from "../field.ts";
import { ObjectForm } from "../ObjectForm.tsx";
import type { PlacedProblem } from "../place-problems.ts";
import { RowActions } from "../RowActions.tsx";
import type { RowEdits } from "../use-rows.ts";
import { summaryOf } from "./columns.ts";
import { useTagReading } from "./TagReading.tsx";

interface Props {
  readonly id: number;
  readonly field: ObjectField;
  /** The label of the table it belongs to. */
  readonly table: string;
  readonly index: number;
  readonly isLast: boolean;
  readonly row: unknown;
  readonly open: boolean;
  readonly problems: readonly PlacedProblem[];
  readonly edits: RowEdits;
  onToggle(id: number): void;
}

/** One row of a table as a line that opens to its form. Drawn again only when something about the row changes. */
export const RowCard = memo(function RowCard(props: Props) {
  const { id, field, table, index, isLast, row, open, problems, edits, onToggle } = props;
  const t = useT();
  const { title, rest } = summaryOf(field, row);
  const reading = useTagReading(row);
  return (
    <div className="form__card" data-open={open || undefined}>
      <div className="form__card-head">
        <button type="button" className="form__card-button" aria-expanded={open} onClick={() => onToggle(id)}>
          <IconChevronRight size={14} className="form__chevron" data-open={open || undefined} aria-hidden />
          <span className="form__card-title">{title === "" ? t("field.row", { n: index + 1 }) : title}</span>
          <span className="form__card-rest">{rest}</span>
          {problems.length === 0 ? null : (
            <IconAlertCircle size={14} className="form__error" aria-label={t("field.rowTroubled")} />
          )}
        </button>
        {reading.button}
        <RowActions edits={edits} index={index} isLast={isLast} />
      </div>
      {reading.result}
      {open ? (
        <fieldset className="form__card-body" aria-label={t("field.item", { field: table, n: index + 1 })}>
          <ObjectForm
            field={field}
            value={row}
            fallback={undefined}
            problems={problems}
            onChange={(next) => edits.set(index, next)}
          />
        </fieldset>
      ) : null}
    </div>
  );
});
