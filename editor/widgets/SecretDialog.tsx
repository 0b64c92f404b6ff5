import { Button, Group, Modal, PasswordInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormProblem, useSubmit } from "../account/SignInForm.tsx";
import { useT } from "../i18n/messages.ts";

interface Props {
  /** Whose value is replaced; `undefined` for a new secret. */
  readonly name?: string | undefined;
  /** Names that a new one cannot have. */
  readonly taken: readonly string[];
  /** What stood in plain and is to be stored. */
  readonly initialValue?: string;
  /** Rejects with what the gateway has against it. */
  put(name: string, value: string): Promise<void>;
  onStored(name: string): void;
  onClose(): void;
}

/** Stores a secret. Its value is typed here and never comes back. */
export function SecretDialog({ name: known, taken, initialValue = "", put, onStored, onClose }: Props) {
  const t = useT();
  const [name, setName] = useState(known ?? "");
  const [value, setValue] = useState(initialValue);
  const isTaken = known === undefined && taken.includes(name.trim());
  const { busy, problem, submit } = useSubmit(async () => {
    await put(name.trim(), value);
    onStored(name.trim());
    onClose();
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={known === undefined ? t("secret.new") : t("secret.replaceTitle", { name: known })}
      size={400}
      closeButtonProps={{ "aria-label": t("field.cancel") }}
    >
      <form
        className="form"
        onSubmit={(event) => {
          // The dialog can stand over another form, whose own submit this is not.
          event.stopPropagation();
          submit(event);
        }}
      >
        <Text size="xs" className="form__hint" mb="sm">
          {known === undefined ? t("secret.newHint") : t("secret.replaceHint")}
        </Text>
        {known === undefined && (
          <TextInput
            mb={12}
            data-autofocus
            required
            withAsterisk={false}
            label={t("secret.name")}
            classNames={{ input: "form__code" }}
            placeholder="broker-password"
            spellCheck={false}
            autoComplete="off"
            error={isTaken ? t("secret.taken") : undefined}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          size="xs"
          mb={12}
          data-autofocus={known !== undefined}
          required
          withAsterisk={false}
          label={t("secret.value")}
          autoComplete="new-password"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <FormProblem text={problem} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            {t("field.cancel")}
          </Button>
          <Button type="submit" loading={busy} disabled={isTaken}>
            {known === undefined ? t("secret.store") : t("secret.replace")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
