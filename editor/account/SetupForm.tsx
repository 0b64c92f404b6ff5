import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Session } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { FormProblem, useSubmit } from "./SignInForm.tsx";

/** Makes the first user, with the link that the gateway printed. */
export function SetupForm({ token, onSignedIn }: { token: string; onSignedIn(session: Session): void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const { busy, problem, submit } = useSubmit(async () => {
    if (password !== again) throw new Error(t("account.different"));
    onSignedIn(await request("POST /api/setup", { body: { token, name: name.trim(), password } }));
  });
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
      <PasswordInput
        size="sm"
        label={t("account.password")}
        description={t("account.passwordHint")}
        value={password}
        autoComplete="new-password"
        required
        withAsterisk={false}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <PasswordInput
        size="sm"
        label={t("account.repeat")}
        value={again}
        autoComplete="new-password"
        required
        withAsterisk={false}
        onChange={(event) => setAgain(event.currentTarget.value)}
      />
      <FormProblem text={problem} />
      <Button type="submit" size="sm" loading={busy}>
        {t("account.create")}
      </Button>
    </form>
  );
}
