import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Session } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { useNewPassword } from "./PasswordFields.tsx";
import { FormProblem, useSubmit } from "./SignInForm.tsx";

/** Makes the first user, with the link that the gateway printed. */
export function SetupForm({ token, onSignedIn }: { token: string; onSignedIn(session: Session): void }) {
  const t = useT();
  const [name, setName] = useState("");
  const { fields, chosen } = useNewPassword();
  const { busy, problem, submit } = useSubmit(async () =>
    onSignedIn(await request("POST /api/setup", { body: { token, name: name.trim(), password: chosen() } })),
  );
  return (
    <form className="sign-in" onSubmit={submit}>
      <TextInput
        size="sm"
        label={t("account.name")}
        value={name}
        autoComplete="username"
        autoFocus
        required
        withAsterisk={false}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {fields(t("account.password"))}
      <FormProblem text={problem} />
      <Button type="submit" size="sm" loading={busy}>
        {t("account.create")}
      </Button>
    </form>
  );
}
