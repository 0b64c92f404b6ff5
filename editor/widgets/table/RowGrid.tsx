import { useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, useMemo, useRef } from "react";
import { useT } from "../../i18n/messages.ts";
import type { TableField } from "../field.ts";
import { noProblems, type PlacedProblem } from "../place-problems.ts";
import type { Rows } from "../use-rows.ts";
import { columnsOf, isCell } from "./columns.ts";
import { GridRow } from "./GridRow.tsx";
import { pasted, readCells } from "./paste.ts";

/** A table as it is handed to whatever shows it. */
export interface RowsProps {
  readonly field: TableField;
  readonly label: string;
  readonly rows: Rows;
  /** By index. */
  readonly problems: ReadonlyMap<string, readonly PlacedProblem[]>;
}

interface Props extends RowsProps {
  readonly height: number;
  /** There is room for the buttons of a row beside its cells. */
  readonly wide?: boolean;
  onOpen?(index: number): void;
}

const rowHeight = 32;
/** Below this all rows are drawn; above it only those in sight. */
const drawnAtMost = 60;

/**
 * A cell for each simple property. Cells copied from a spreadsheet or a CSV file can be pasted, and fill rows and
 * columns from the focused cell on. Properties that fit no cell are edited through `onOpen`.
 */
export function RowGrid({ field, label, rows, problems, height, wide = false, onOpen }: Props) {
  const t = useT();
  const viewport = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => columnsOf(field.row), [field]);
  const hasMore = field.row.properties.some((property) => !isCell(property.field));
  const { values, keys, edits } = rows;
  const all = values.length <= drawnAtMost;
  const virtualizer = useVirtualizer({
    count: values.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    enabled: !all,
  });
  const inSight = virtualizer.getVirtualItems();
  const first = all ? 0 : (inSight[0]?.index ?? 0);
  const end = all ? values.length : (inSight.at(-1)?.index ?? -1) + 1;

  const onPaste = (event: ClipboardEvent) => {
    const cells = readCells(event.clipboardData.getData("text/plain"));
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-cell]") : null;
    if (cells === undefined || cell === null) return;
    event.preventDefault();
    const at = { row: Number(cell.dataset["row"]), column: Number(cell.dataset["cell"]) };
    edits.setAll(pasted(values, columns, at, cells));
  };
  return (
    <div ref={viewport} className="form__grid-view" style={{ maxHeight: height }} onPaste={onPaste}>
      <table className="form__table" aria-label={label} aria-rowcount={values.length + 1}>
        <thead>
          <tr>
            <th className="form__row-number">
              <span className="form__hidden-text">{t("field.table.number")}</span>
            </th>
            {columns.map(({ key, label: title, required, field: { unit, description } }) => (
              <th key={key} scope="col" title={description}>
                {title}
                {unit === undefined ? null : <span className="form__hint"> {unit}</span>}
                {required ? <span className="form__error"> *</span> : null}
              </th>
            ))}
            <th>
              <span className="form__hidden-text">{t("field.table.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} />
          {values.slice(first, end).map((row, offset) => {
            const index = first + offset;
            return (
              <GridRow
                key={keys[index] ?? index}
                field={field.row}
                columns={columns}
                index={index}
                isLast={index === values.length - 1}
                row={row}
                problems={problems.get(String(index)) ?? noProblems}
                edits={edits}
                wide={wide}
                onOpen={hasMore ? onOpen : undefined}
              />
            );
          })}
          <Gap rows={values.length - end} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for rows that are not drawn. */
function Gap({ rows }: { readonly rows: number }) {
  return rows <= 0 ? null : <tr aria-hidden style={{ height: rows * rowHeight }} />;
}
