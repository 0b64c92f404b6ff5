import { Button } from "@mantine/core";
import { useState } from "react";
import { useStore } from "zustand";
import { useT } from "../../i18n/messages.ts";
import { useEditor } from "../../state/editor.ts";
import { SecretDialog } from "../../widgets/SecretDialog.tsx";
import { AccessTable, ConfirmButton, useMoment } from "./AccessTable.tsx";

/** Names of what the gateway keeps sealed. */
export function SecretsTab() {
  const t = useT();
  const moment = useMoment();
  const { secrets } = useEditor();
  const list = useStore(secrets, (state) => state.list);
  const [dialog, setDialog] = useState<{ readonly name?: string }>();
  const [problem, setProblem] = useState("");
  const remove = (name: string) => {
    setProblem("");
    secrets.remove(name).catch((error: Error) => setProblem(error.message));
  };
  const rows = list?.map(({ name, changedBy, changedAt }) => (
    <tr key={name}>
      <td>
        <code>{name}</code>
      </td>
      <td>{changedBy}</td>
      <td className="access__dim">{moment(changedAt)}</td>
      <td className="access__actions">
        <Button size="compact-xs" variant="default" onClick={() => setDialog({ name })}>
          {t("secret.replace")}
        </Button>
        <ConfirmButton label={t("access.remove")} onConfirm={() => remove(name)} />
      </td>
    </tr>
  ));
  return (
    <>
      <p className="access__hint">{t("access.secrets.hint")}</p>
      <AccessTable
        rows={rows}
        columns={[t("secret.name"), t("access.secrets.by"), t("access.secrets.at")]}
        empty={t("access.secrets.none")}
        problem={problem}
      />
      <div className="access__form">
        <Button onClick={() => setDialog({})}>{t("secret.storeNew")}</Button>
      </div>
      {dialog !== undefined && (
        <SecretDialog
          name={dialog.name}
          taken={(list ?? []).map(({ name }) => name)}
          put={secrets.put}
          onStored={() => setProblem("")}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
