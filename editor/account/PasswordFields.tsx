import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";

export interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  /** What a password manager is to do: fill in the one it knows, or offer a new one. */
  readonly autoComplete: "current-password" | "new-password";
  readonly description?: string;
  readonly autoFocus?: boolean;
  onChange(value: string): void;
}

export function PasswordField({ onChange, ...props }: PasswordFieldProps) {
  return (
    <PasswordInput
      size="sm"
      required
      withAsterisk={false}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...props}
    />
  );
}

/** A new password, written twice. `chosen()` throws words for the form when the two differ. */
export function useNewPassword() {
  const t = useT();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const fields = (label: string) => (
    <>
      <PasswordField
        label={label}
        description={t("account.passwordHint")}
        value={password}
        autoComplete="new-password"
        onChange={setPassword}
      />
      <PasswordField label={t("account.repeat")} value={again} autoComplete="new-password" onChange={setAgain} />
    </>
  );
  const chosen = () => {
    if (password !== again) throw new Error(t("account.different"));
    return password;
  };
  return { fields, chosen };
}
