import { Alert, Button, CopyButton, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { GrantableRole } from "../../../server/api/contract.ts";
import { request } from "../../gateway/request.ts";
import { useT } from "../../i18n/messages.ts";
import { AccessTable, ConfirmButton, useMoment } from "./AccessTable.tsx";
import { RoleSelect } from "./RoleSelect.tsx";
import { useList } from "./use-list.ts";

const loadTokens = () => request("GET /api/tokens");

/** What programs sign in with. A token is shown once, when it is made. */
export function TokensTab() {
  const t = useT();
  const moment = useMoment();
  const { list, problem, busy, act } = useList(loadTokens);
  const [title, setTitle] = useState("");
  const [role, setRole] = useState<GrantableRole>("viewer");
  const [days, setDays] = useState(90);
  const [made, setMade] = useState("");
  const make = async (event: FormEvent) => {
    event.preventDefault();
    const isDone = await act(async () =>
      setMade((await request("POST /api/tokens", { body: { title: title.trim(), role, days } })).token),
    );
    if (isDone) setTitle("");
  };
  const rows = list?.map((token) => (
    <tr key={token.id} data-off={Date.parse(token.expires) < Date.now()}>
      <td>{token.title}</td>
      <td>{t(`access.role.${token.role}`)}</td>
      <td>{token.createdBy}</td>
      <td className="access__dim">{moment(token.lastUsed)}</td>
      <td className="access__dim">{moment(token.expires)}</td>
      <td className="access__actions">
        <ConfirmButton
          label={t("access.tokens.revoke")}
          onConfirm={() => void act(() => request("DELETE /api/tokens/:id", { params: { id: token.id } }))}
        />
      </td>
    </tr>
  ));
  return (
    <>
      <p className="access__hint">{t("access.tokens.hint")}</p>
      <AccessTable
        rows={rows}
        columns={[
          t("access.tokens.title"),
          t("access.role"),
          t("access.tokens.by"),
          t("access.lastUsed"),
          t("access.tokens.expires"),
        ]}
        empty={t("access.tokens.none")}
        problem={problem}
      />
      {made !== "" && <MadeToken token={made} />}
      <form className="access__form" aria-label={t("access.tokens.make")} onSubmit={(event) => void make(event)}>
        <TextInput
          className="access__wide"
          label={t("access.tokens.title")}
          placeholder={t("access.tokens.titleExample")}
          required
          withAsterisk={false}
          value={title}
          onChange={({ currentTarget }) => setTitle(currentTarget.value)}
        />
        <RoleSelect label={t("access.role")} value={role} onChange={setRole} />
        <NumberInput
          w={110}
          label={t("access.tokens.days")}
          min={1}
          max={366}
          allowDecimal={false}
          value={days}
          onChange={(next) => setDays(Number(next))}
        />
        <Button type="submit" loading={busy}>
          {t("access.tokens.make")}
        </Button>
      </form>
    </>
  );
}

function MadeToken({ token }: { readonly token: string }) {
  const t = useT();
  return (
    <Alert color="green" variant="light" p="xs" title={t("access.tokens.made")}>
      <div className="access__form">
        <TextInput
          className="access__wide"
          aria-label={t("access.tokens.token")}
          classNames={{ input: "form__code" }}
          readOnly
          value={token}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t("access.tokens.copied") : t("access.tokens.copy")}
            </Button>
          )}
        </CopyButton>
      </div>
    </Alert>
  );
}
