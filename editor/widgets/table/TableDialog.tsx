import { Button, CopyButton, Group, Modal, Text } from "@mantine/core";
import { IconClipboard, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../../i18n/messages.ts";
import { ObjectForm } from "../ObjectForm.tsx";
import { noProblems } from "../place-problems.ts";
import { columnsOf } from "./columns.ts";
import { writeCells } from "./paste.ts";
import { RowGrid, type RowsProps } from "./RowGrid.tsx";

/** The table with room for all its columns. Changes go to the document at once, as everywhere in the inspector. */
export function TableDialog({ field, label, rows, problems, onClose }: RowsProps & { onClose(): void }) {
  const t = useT();
  const [open, setOpen] = useState<number>();
  const columns = columnsOf(field.row);
  const close = { "aria-label": t("field.close") };
  return (
    <Modal opened onClose={onClose} title={label} size="min(1200px, 94vw)" closeButtonProps={close}>
      <div className="form">
        {rows.values.length === 0 ? (
          <Text size="sm" className="form__hint">
            {t("field.table.empty")}
          </Text>
        ) : (
          <RowGrid field={field} label={label} rows={rows} problems={problems} height={560} wide onOpen={setOpen} />
        )}
        <Group gap="xs" mt="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => rows.edits.add()}
          >
            {t("field.addRow")}
          </Button>
          <CopyButton value={writeCells(rows.values, columns)}>
            {({ copied, copy }) => (
              <Button size="xs" variant="subtle" leftSection={<IconClipboard size={13} aria-hidden />} onClick={copy}>
                {copied ? t("field.copied") : t("field.table.copy")}
              </Button>
            )}
          </CopyButton>
          <Text size="xs" className="form__hint">
            {t("field.table.pasteHint")}
          </Text>
        </Group>
      </div>
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={t("field.item", { field: label, n: (open ?? 0) + 1 })}
        size="md"
        closeButtonProps={close}
      >
        {open === undefined ? null : (
          <div className="form">
            <ObjectForm
              field={field.row}
              value={rows.values[open]}
              fallback={undefined}
              problems={problems.get(String(open)) ?? noProblems}
              onChange={(next) => rows.edits.set(open, next)}
            />
          </div>
        )}
      </Modal>
    </Modal>
  );
}
