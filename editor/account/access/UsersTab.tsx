import { Button, PasswordInput, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { useStore } from "zustand";
import type { GrantableRole, UserInfo } from "../../../server/api/contract.ts";
import { request } from "../../gateway/request.ts";
import { useT } from "../../i18n/messages.ts";
import { useEditor } from "../../state/editor.ts";
import { AccessTable, ConfirmButton, useMoment } from "./AccessTable.tsx";
import { RoleSelect } from "./RoleSelect.tsx";
import { useList } from "./use-list.ts";

const loadUsers = () => request("GET /api/users");
type Change = Partial<Pick<UserInfo, "role" | "isDisabled">> & { readonly password?: string };

/** Who may sign in, and as what. */
export function UsersTab() {
  const t = useT();
  const moment = useMoment();
  const me = useStore(useEditor().account, ({ name }) => name);
  const { list, problem, busy, act } = useList(loadUsers);
  const [chosen, setChosen] = useState<string>();
  const change = (name: string, body: Change) => act(() => request("PUT /api/users/:name", { params: { name }, body }));
  const givePassword = async (name: string, password: string) => {
    if (!(await change(name, { password }))) return false;
    setChosen(undefined);
    notifications.show({ message: t("access.users.passwordSet", { name }), color: "green" });
    return true;
  };
  const rows = list?.map(({ name, role, isDisabled, createdAt }) => (
    <tr key={name} data-off={isDisabled}>
      <td>
        {name}
        {name === me && <span className="access__mark">{t("access.you")}</span>}
      </td>
      <td>
        <RoleSelect
          bare
          label={t("access.users.roleOf", { name })}
          value={role}
          onChange={(next) => void change(name, { role: next })}
        />
      </td>
      <td>
        <Switch
          aria-label={t("access.users.activeOf", { name })}
          checked={!isDisabled}
          onChange={({ currentTarget }) => void change(name, { isDisabled: !currentTarget.checked })}
        />
      </td>
      <td className="access__dim">{moment(createdAt)}</td>
      <td className="access__actions">
        <Button size="compact-xs" variant="default" onClick={() => setChosen(name)}>
          {t("account.next")}
        </Button>
        <ConfirmButton
          label={t("access.remove")}
          onConfirm={() => void act(() => request("DELETE /api/users/:name", { params: { name } }))}
        />
      </td>
    </tr>
  ));
  return (
    <>
      <AccessTable
        rows={rows}
        columns={[t("account.name"), t("access.role"), t("access.users.active"), t("access.since")]}
        empty=""
        problem={problem}
      />
      {chosen !== undefined && (
        <PasswordOf key={chosen} name={chosen} busy={busy} onGive={givePassword} onClose={() => setChosen(undefined)} />
      )}
      <AddUser busy={busy} onAdd={(user) => act(() => request("POST /api/users", { body: user }))} />
    </>
  );
}

interface NewUser {
  readonly name: string;
  readonly password: string;
  readonly role: GrantableRole;
}

function AddUser({ busy, onAdd }: { readonly busy: boolean; onAdd(user: NewUser): Promise<boolean> }) {
  const t = useT();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<GrantableRole>("viewer");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await onAdd({ name: name.trim(), password, role }))) return;
    setName("");
    setPassword("");
  };
  return (
    <form className="access__form" aria-label={t("access.users.add")} onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t("account.name")}
        required
        withAsterisk={false}
        autoComplete="off"
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <PasswordInput
        size="xs"
        className="access__wide"
        label={t("account.password")}
        required
        withAsterisk={false}
        autoComplete="new-password"
        placeholder={t("account.passwordHint")}
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <RoleSelect label={t("access.role")} value={role} onChange={setRole} />
      <Button type="submit" loading={busy}>
        {t("access.users.add")}
      </Button>
    </form>
  );
}

interface PasswordOfProps {
  readonly name: string;
  readonly busy: boolean;
  onGive(name: string, password: string): Promise<boolean>;
  onClose(): void;
}

function PasswordOf({ name, busy, onGive, onClose }: PasswordOfProps) {
  const t = useT();
  const [password, setPassword] = useState("");
  const label = t("access.users.passwordOf", { name });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onGive(name, password);
  };
  return (
    <form className="access__form" aria-label={label} onSubmit={submit}>
      <PasswordInput
        size="xs"
        className="access__wide"
        label={label}
        description={t("access.users.passwordHint")}
        required
        withAsterisk={false}
        autoFocus
        autoComplete="new-password"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Button variant="default" onClick={onClose}>
        {t("field.cancel")}
      </Button>
      <Button type="submit" loading={busy}>
        {t("access.users.setPassword")}
      </Button>
    </form>
  );
}
