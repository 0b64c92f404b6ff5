import { ActionIcon, Button, Input, Select, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { ConnectionDialog } from "./ConnectionDialog.tsx";
import { newConnection } from "./connection-edit.ts";
import type { ConnectionField } from "./field.ts";
import { useFrame } from "./frame.tsx";
import { RowWords } from "./RowWords.tsx";
import { useSurroundings } from "./surroundings.ts";
import type { WidgetProps } from "./widget.ts";

/** Chooses one of the flow's connections of a type; creates and edits them in place. */
export function ConnectionWidget(props: WidgetProps<ConnectionField>) {
  const { field, value, onChange } = props;
  const t = useT();
  const surroundings = useSurroundings();
  const [edited, setEdited] = useState<"chosen" | "new">();
  const type = surroundings.connectionTypes.find((candidate) => candidate.type === field.connection);
  const title = type?.title ?? field.connection;
  const fitting = surroundings.connections.filter((connection) => connection.type === field.connection);
  const chosen = fitting.find(({ id }) => id === value);
  const lost = chosen === undefined && typeof value === "string" && value !== "";
  const frame = useFrame(props, lost ? { ownError: t("field.connection.lost", { id: value }) } : {});
  const below = chosen === undefined ? [] : surroundings.problemsOf(chosen.id);
  const fresh = newConnection(surroundings.connections, field.connection);

  const dialog =
    edited === undefined || type === undefined ? null : (
      <ConnectionDialog
        type={type}
        initial={edited === "chosen" && chosen !== undefined ? chosen : fresh}
        isNew={edited === "new"}
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
          onClick={() => setEdited("new")}
        >
          {t("field.connection.new", { type: title })}
        </Button>
        {dialog}
      </Input.Wrapper>
    );
  return (
    <Input.Wrapper {...frame} labelElement="div">
      <div className="form__inline">
        <Select
          size="xs"
          className="form__grow"
          aria-label={props.label}
          error={frame.error !== undefined}
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
        <IconButton
          label={t("field.connection.edit")}
          disabled={chosen === undefined || type === undefined}
          onClick={() => setEdited("chosen")}
        >
          <IconPencil size={15} stroke={1.6} />
        </IconButton>
        <IconButton
          label={t("field.connection.new", { type: title })}
          disabled={type === undefined}
          onClick={() => setEdited("new")}
        >
          <IconPlus size={15} stroke={1.6} />
        </IconButton>
      </div>
      <RowWords problems={below} />
      {dialog}
    </Input.Wrapper>
  );
}

function IconButton(props: {
  readonly label: string;
  readonly disabled: boolean;
  readonly children: ReactNode;
  onClick(): void;
}) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        variant="default"
        size={30}
        disabled={props.disabled}
        aria-label={props.label}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
