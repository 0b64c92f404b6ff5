import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, useRef } from "react";
import { useT } from "../../i18n/messages.ts";
import { isObject, withProperty } from "../edit.ts";
import type { Property } from "../field.ts";
import { InnerField } from "../InnerField.tsx";
import { noProblems, type PlacedProblem, placeProblems } from "../place-problems.ts";
import { fallbackOf, shownProperties } from "../visible.ts";
import { columnsOf, isCell } from "./columns.ts";
import { pasted, readCells } from "./paste.ts";
import { RowActions } from "./RowActions.tsx";
import type { RowsProps } from "./RowCards.tsx";

const rowHeight = 32;
/** Below this all rows are drawn; above it only those in sight. */
const drawnAtMost = 60;

/**
 * A cell for each simple property. Cells copied from a spreadsheet or a CSV file can be pasted, and fill rows and
 * columns from the focused cell on. Properties that fit no cell are edited through `onOpen`.
 */
export function RowGrid({
  field,
  label,
  rows,
  problems,
  height,
  onOpen,
}: RowsProps & { readonly height: number; onOpen?(index: number): void }) {
  const t = useT();
  const viewport = useRef<HTMLDivElement>(null);
  const columns = columnsOf(field.row);
  const more = onOpen !== undefined && field.row.properties.some((property) => !isCell(property.field));
  const virtualizer = useVirtualizer({
    count: rows.values.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: rows.values.length > drawnAtMost,
  });
  const inSight = virtualizer.getVirtualItems();
  const first = rows.values.length > drawnAtMost ? (inSight[0]?.index ?? 0) : 0;
  const last = rows.values.length > drawnAtMost ? (inSight.at(-1)?.index ?? -1) : rows.values.length - 1;

  const onPaste = (event: ClipboardEvent) => {
    const cells = readCells(event.clipboardData.getData("text/plain"));
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-cell]") : null;
    if (cells === undefined || cell === null) return;
    event.preventDefault();
    const at = { row: Number(cell.dataset["row"]), column: Number(cell.dataset["cell"]) };
    rows.setAll(pasted(rows.values, columns, at, cells));
  };
  return (
    <div ref={viewport} className="form__grid-view" style={{ maxHeight: height }} onPaste={onPaste}>
      <table className="form__table" aria-label={label} aria-rowcount={rows.values.length + 1}>
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
          {first > 0 ? <tr aria-hidden style={{ height: first * rowHeight }} /> : null}
          {rows.values.slice(first, last + 1).map((row, offset) => {
            const index = first + offset;
            const own = problems.get(String(index)) ?? noProblems;
            const object = isObject(row) ? row : {};
            const shown = shownProperties(field.row, object, undefined);
            const { here, below } = placeProblems(
              own,
              columns.map(({ key }) => key),
            );
            return (
              <tr key={rows.keys[index] ?? index} aria-rowindex={index + 2}>
                <td className="form__row-number" title={wordsOf(here)} data-wrong={here.length > 0 || undefined}>
                  {index + 1}
                </td>
                {columns.map((column, at) => (
                  <td
                    key={column.key}
                    data-row={index}
                    data-cell={at}
                    title={wordsOf(below.get(column.key) ?? noProblems)}
                  >
                    {shown.includes(column) ? (
                      <InnerField
                        bare
                        field={cellField(column)}
                        label={t("field.cell", { column: column.label, n: index + 1 })}
                        value={object[column.key]}
                        fallback={fallbackOf(column, undefined)}
                        problems={below.get(column.key) ?? noProblems}
                        onChange={(next) => rows.set(index, withProperty(object, column.key, next))}
                      />
                    ) : null}
                  </td>
                ))}
                <td className="form__action-cell">
                  <span className="form__row-tools" data-wide={onOpen !== undefined || undefined}>
                    {more ? (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size={22}
                        aria-label={t("field.editRow", { n: index + 1 })}
                        onClick={() => onOpen(index)}
                      >
                        <IconDots size={13} stroke={1.6} />
                      </ActionIcon>
                    ) : null}
                    <RowActions rows={rows} index={index} />
                  </span>
                </td>
              </tr>
            );
          })}
          {last < rows.values.length - 1 ? (
            <tr aria-hidden style={{ height: (rows.values.length - 1 - last) * rowHeight }} />
          ) : null}
        </tbody>
      </table>
    </div>
  );
}

/** The unit stands in the heading already. */
function cellField({ field: { unit: _, ...field } }: Property) {
  return field;
}

function wordsOf(problems: readonly PlacedProblem[]): string | undefined {
  return problems.length === 0 ? undefined : problems.map(({ problem }) => problem.message).join("\n");
}
