import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { ConnectionDescription, FlowConnection } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { freeId, idOf, withConnection } from "./connection-edit.ts";
import { isObject } from "./edit.ts";
import { ObjectForm } from "./ObjectForm.tsx";
import { noProblems } from "./place-problems.ts";
import { readForm } from "./read-field.ts";
import { useSurroundings } from "./surroundings.ts";

interface Props {
  readonly type: ConnectionDescription;
  readonly initial: FlowConnection;
  readonly isNew: boolean;
  onSaved(id: string): void;
  onRemoved(): void;
  onClose(): void;
}

/** Edits a copy; the document changes when it is saved. */
export function ConnectionDialog({ type, initial, isNew, onSaved, onRemoved, onClose }: Props) {
  const t = useT();
  const surroundings = useSurroundings();
  const [draft, setDraft] = useState(initial);
  const form = useMemo(() => readForm(type.config), [type]);
  const users = isNew ? 0 : surroundings.users(initial.id);
  const taken = surroundings.connections.map(({ id }) => id);
  const id = isNew ? freeId(idOf(draft.name ?? "", initial.id), taken) : initial.id;
  const unchanged = JSON.stringify(draft) === JSON.stringify(initial);

  const save = () => {
    const { name, ...rest } = draft;
    const named = name === undefined || name.trim() === "" ? {} : { name: name.trim() };
    surroundings.onConnectionsChange(withConnection(surroundings.connections, { ...rest, ...named, id }));
    onSaved(id);
    onClose();
  };
  const remove = () => {
    surroundings.onConnectionsChange(surroundings.connections.filter((connection) => connection.id !== initial.id));
    onRemoved();
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        isNew ? t("field.connection.new", { type: type.title }) : t("field.connection.editTitle", { type: type.title })
      }
      size="md"
      closeButtonProps={{ "aria-label": t("field.cancel") }}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          save();
        }}
      >
        <Text size="xs" className="form__hint" mb="sm">
          {type.summary}
        </Text>
        <TextInput
          size="xs"
          mb={12}
          data-autofocus={isNew}
          label={t("field.connection.name")}
          description={t("field.connection.id", { id })}
          inputWrapperOrder={["label", "input", "error", "description"]}
          value={draft.name ?? ""}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <ObjectForm
          field={form}
          value={draft.config}
          fallback={undefined}
          problems={unchanged && !isNew ? surroundings.problemsOf(initial.id) : noProblems}
          onChange={(config) => isObject(config) && setDraft({ ...draft, config: { ...config } })}
        />
        <Group justify="space-between" mt="md" gap="xs">
          {isNew ? (
            <span />
          ) : (
            <Button size="xs" variant="subtle" color="red" disabled={users > 1} onClick={remove}>
              {t("field.connection.delete")}
            </Button>
          )}
          <Text size="xs" className="form__hint">
            {users > 1 ? t("field.connection.shared", { n: users }) : ""}
          </Text>
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={onClose}>
              {t("field.cancel")}
            </Button>
            <Button size="xs" type="submit" disabled={unchanged && !isNew}>
              {t("field.save")}
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
