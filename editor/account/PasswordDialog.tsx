import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { PasswordField, useNewPassword } from "./PasswordFields.tsx";
import { FormProblem, useSubmit } from "./SignInForm.tsx";
import "./account.css";

export function PasswordDialog({ onClose }: { onClose(): void }) {
  const t = useT();
  const [current, setCurrent] = useState("");
  const { fields, chosen } = useNewPassword();
  const { busy, problem, submit } = useSubmit(async () => {
    await request("PUT /api/password", { body: { current, next: chosen() } });
    notifications.show({ message: t("account.passwordChanged") });
    onClose();
  });
  return (
    <form className="sign-in" onSubmit={submit}>
      <PasswordField
        label={t("account.current")}
        value={current}
        autoComplete="current-password"
        onChange={setCurrent}
      />
      {fields(t("account.next"))}
      <FormProblem text={problem} />
      <Button type="submit" size="sm" loading={busy}>
        {t("account.changePassword")}
      </Button>
    </form>
  );
}
