import { ActionIcon, Button, Input, Select, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import { ConnectionDialog } from "./ConnectionDialog.tsx";
import { newConnection } from "./connection-edit.ts";
import type { ConnectionField } from "./field.ts";
import { ProblemWords, useFrame } from "./frame.tsx";
import { useSurroundings } from "./surroundings.ts";
import type { WidgetProps } from "./widget.ts";

/** Chooses one of the flow's connections of a type; creates and edits them in place. */
export function ConnectionWidget(props: WidgetProps<ConnectionField>) {
  const { field, value, onChange } = props;
  const t = useT();
  const surroundings = useSurroundings();
  const [edited, setEdited] = useState<{ readonly id: string; readonly isNew: boolean }>();
  const type = surroundings.connectionTypes.find((candidate) => candidate.type === field.connection);
  const title = type?.title ?? field.connection;
  const fitting = surroundings.connections.filter((connection) => connection.type === field.connection);
  const chosen = fitting.find(({ id }) => id === value);
  const lost = chosen === undefined && typeof value === "string" && value !== "";
  const frame = useFrame(props, lost ? { ownError: t("field.connection.lost", { id: value }) } : {});
  const below = chosen === undefined ? [] : surroundings.problemsOf(chosen.id);
  const create = () => setEdited({ id: newConnection(surroundings.connections, field.connection).id, isNew: true });

  const dialog =
    edited === undefined || type === undefined ? null : (
      <ConnectionDialog
        type={type}
        initial={
          edited.isNew
            ? newConnection(surroundings.connections, field.connection)
            : (chosen ?? newConnection(surroundings.connections, field.connection))
        }
        isNew={edited.isNew}
        onSaved={(id) => onChange(id)}
        onRemoved={() => onChange(undefined)}
        onClose={() => setEdited(undefined)}
      />
    );
  if (fitting.length === 0 && !lost)
    return (
      <Input.Wrapper {...frame} labelElement="div">
        <Button
          fullWidth
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={type === undefined}
          onClick={create}
        >
          {t("field.connection.new", { type: title })}
        </Button>
        {dialog}
      </Input.Wrapper>
    );
  return (
    <div>
      <div className="form__with-actions">
        <Select
          {...frame}
          className="form__grow"
          data={[
            ...fitting.map(({ id, name }) => ({ value: id, label: name === undefined || name === "" ? id : name })),
            ...(lost ? [{ value, label: value }] : []),
          ]}
          value={typeof value === "string" && value !== "" ? value : null}
          placeholder={t("field.choose")}
          allowDeselect={false}
          onChange={(id) => onChange(id ?? undefined)}
          comboboxProps={{ shadow: "md" }}
        />
        <Tooltip label={t("field.connection.edit")}>
          <ActionIcon
            variant="default"
            size={30}
            disabled={chosen === undefined || type === undefined}
            aria-label={t("field.connection.edit")}
            onClick={() => chosen !== undefined && setEdited({ id: chosen.id, isNew: false })}
          >
            <IconPencil size={15} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("field.connection.new", { type: title })}>
          <ActionIcon
            variant="default"
            size={30}
            disabled={type === undefined}
            aria-label={t("field.connection.new", { type: title })}
            onClick={create}
          >
            <IconPlus size={15} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
      {below.length === 0 ? null : (
        <p className="form__note">
          <span className="form__error">
            <ProblemWords problems={below} />
          </span>
        </p>
      )}
      {dialog}
    </div>
  );
}
