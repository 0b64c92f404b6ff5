import { Alert, Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Session } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { PasswordField } from "./PasswordFields.tsx";

export interface SignInFormProps {
  /** Whose session has ended, to be filled in; empty otherwise. */
  readonly name?: string;
  onSignedIn(session: Session): void;
}

export function SignInForm({ name: known = "", onSignedIn }: SignInFormProps) {
  const t = useT();
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const { busy, problem, submit } = useSubmit(async () =>
    onSignedIn(await request("POST /api/session", { body: { name, password } })),
  );
  return (
    <form className="sign-in" onSubmit={submit}>
      <TextInput
        size="sm"
        label={t("account.name")}
        value={name}
        autoComplete="username"
        autoFocus={known === ""}
        required
        withAsterisk={false}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordField
        label={t("account.password")}
        value={password}
        autoComplete="current-password"
        autoFocus={known !== ""}
        onChange={setPassword}
      />
      <FormProblem text={problem} />
      <Button type="submit" size="sm" loading={busy}>
        {t("account.signIn")}
      </Button>
    </form>
  );
}

/** Runs what a form is for; what the gateway says against it becomes `problem`. */
export function useSubmit(work: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      await work();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, setProblem, submit: (event: FormEvent) => void submit(event) };
}

export function FormProblem({ text }: { text: string }) {
  if (text === "") return null;
  return (
    <Alert color="red" variant="light" p="xs" role="alert">
      {text}
    </Alert>
  );
}
