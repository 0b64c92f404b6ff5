import { Button, PasswordInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { FormProblem, useSubmit } from "./SignInForm.tsx";
import "./account.css";

export function PasswordDialog({ onClose }: { onClose(): void }) {
  const t = useT();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const { busy, problem, submit } = useSubmit(async () => {
    if (next !== again) throw new Error(t("account.different"));
    await request("PUT /api/password", { body: { current, next } });
    notifications.show({ message: t("account.passwordChanged") });
    onClose();
  });
  const field = (label: string, value: string, set: (value: string) => void, autoComplete: string, hint?: string) => (
    <PasswordInput
      size="sm"
      label={label}
      description={hint}
      value={value}
      autoComplete={autoComplete}
      required
      withAsterisk={false}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
  return (
    <form className="sign-in" onSubmit={submit}>
      {field(t("account.current"), current, setCurrent, "current-password")}
      {field(t("account.next"), next, setNext, "new-password", t("account.passwordHint"))}
      {field(t("account.repeat"), again, setAgain, "new-password")}
      <FormProblem text={problem} />
      <Button type="submit" size="sm" loading={busy}>
        {t("account.changePassword")}
      </Button>
    </form>
  );
}
