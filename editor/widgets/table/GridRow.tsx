import { IconDots } from "@tabler/icons-react";
import { memo, useMemo } from "react";
import { useT } from "../../i18n/messages.ts";
import { isObject, type JsonObject, withProperty } from "../edit.ts";
import type { ObjectField, Property } from "../field.ts";
import { noProblems, type PlacedProblem, placeProblems } from "../place-problems.ts";
import { RowActions, SmallButton } from "../RowActions.tsx";
import type { RowEdits } from "../use-rows.ts";
import { useStable } from "../use-stable.ts";
import { shownProperties } from "../visible.ts";
import { Cell } from "./Cell.tsx";

interface Props {
  readonly field: ObjectField;
  readonly columns: readonly Property[];
  readonly index: number;
  readonly isLast: boolean;
  readonly row: unknown;
  readonly problems: readonly PlacedProblem[];
  readonly edits: RowEdits;
  /** There is room for the buttons beside the cells. */
  readonly wide: boolean;
  /** For rows with properties that fit no cell. */
  readonly onOpen: ((index: number) => void) | undefined;
}

const nothing: JsonObject = {};

/** Drawn again only when its row or its problems change. */
export const GridRow = memo(function GridRow(props: Props) {
  const { field, columns, index, isLast, row, problems, edits, wide, onOpen } = props;
  const t = useT();
  const object = isObject(row) ? row : nothing;
  const shown = shownProperties(field, object, undefined);
  const { here, below } = useMemo(
    () =>
      placeProblems(
        problems,
        columns.map(({ key }) => key),
      ),
    [problems, columns],
  );
  const set = useStable((key: string, value: unknown) => edits.set(index, withProperty(object, key, value)));
  return (
    <tr aria-rowindex={index + 2}>
      <td
        className="form__row-number"
        title={here.map(({ problem }) => problem.message).join("\n")}
        data-wrong={here.length > 0 || undefined}
      >
        {index + 1}
      </td>
      {columns.map((column, at) => (
        <td key={column.key} data-row={index} data-cell={at}>
          {shown.includes(column) ? (
            <Cell
              column={column}
              row={index}
              value={object[column.key]}
              problems={below.get(column.key) ?? noProblems}
              onSet={set}
            />
          ) : null}
        </td>
      ))}
      <td className="form__action-cell">
        <span className="form__row-tools" data-wide={wide || undefined}>
          <RowActions edits={edits} index={index} isLast={isLast}>
            {onOpen === undefined ? null : (
              <SmallButton label={t("field.editRow", { n: index + 1 })} onClick={() => onOpen(index)}>
                <IconDots size={13} stroke={1.6} aria-hidden />
              </SmallButton>
            )}
          </RowActions>
        </span>
      </td>
    </tr>
  );
});
