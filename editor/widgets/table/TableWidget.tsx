import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useT } from "../../i18n/messages.ts";
import { emptyValue } from "../empty-value.ts";
import type { TableField } from "../field.ts";
import { indexes, placeProblems } from "../place-problems.ts";
import { Section } from "../Section.tsx";
import { useRows } from "../use-rows.ts";
import type { WidgetProps } from "../widget.ts";
import { columnsOf, fitsNarrow } from "./columns.ts";
import { RowCards } from "./RowCards.tsx";
import { RowGrid } from "./RowGrid.tsx";
import { TableDialog } from "./TableDialog.tsx";

/** Rows of objects: a small grid where they fit, cards where they do not, and a large grid in a window for long lists. */
export function TableWidget(props: WidgetProps<TableField>) {
  const { field, label, required = false, value, fallback, problems, onChange } = props;
  const t = useT();
  const [large, setLarge] = useState(false);
  const rows = useRows(emptyValue(field.row), value, fallback, onChange);
  const { here, below } = useMemo(
    () => placeProblems(problems, indexes(rows.values.length)),
    [problems, rows.values.length],
  );
  const narrow = fitsNarrow(field.row);
  return (
    <Section
      label={label}
      required={required}
      description={field.description}
      problems={here}
      aside={
        <>
          <span className="form__count">{rows.values.length === 0 ? "" : rows.values.length}</span>
          {columnsOf(field.row).length > 1 ? (
            <Tooltip label={t("field.table.large")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={20}
                aria-label={t("field.table.large")}
                onClick={() => setLarge(true)}
              >
                <IconArrowsMaximize size={14} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          ) : null}
        </>
      }
    >
      {narrow && rows.values.length > 0 ? (
        <RowGrid field={field} label={label} rows={rows} problems={below} height={320} />
      ) : (
        <RowCards field={field} label={label} rows={rows} problems={below} onShowAll={() => setLarge(true)} />
      )}
      <Button
        variant="subtle"
        size="compact-xs"
        className="form__add"
        leftSection={<IconPlus size={13} aria-hidden />}
        onClick={() => rows.edits.add()}
      >
        {t("field.addRow")}
      </Button>
      {large ? (
        <TableDialog field={field} label={label} rows={rows} problems={below} onClose={() => setLarge(false)} />
      ) : null}
    </Section>
  );
}
