import { request } from "../../gateway/request.ts";
import { useT } from "../../i18n/messages.ts";
import { AccessTable, ConfirmButton, useMoment } from "./AccessTable.tsx";
import { useList } from "./use-list.ts";

const loadSessions = () => request("GET /api/sessions");

/** The browsers in which somebody is signed in: one's own, for an admin everybody's. */
export function SessionsTab() {
  const t = useT();
  const moment = useMoment();
  const { list, problem, act } = useList(loadSessions);
  const rows = list?.map(({ id, user, browser, since, lastUsed, isThis }) => (
    <tr key={id}>
      <td>{user}</td>
      <td>
        {browser}
        {isThis && <span className="access__mark">{t("access.sessions.this")}</span>}
      </td>
      <td className="access__dim">{moment(since)}</td>
      <td className="access__dim">{moment(lastUsed)}</td>
      <td className="access__actions">
        {!isThis && (
          <ConfirmButton
            label={t("access.sessions.end")}
            onConfirm={() => void act(() => request("DELETE /api/sessions/:id", { params: { id } }))}
          />
        )}
      </td>
    </tr>
  ));
  const columns = [t("account.name"), t("access.sessions.browser"), t("access.since"), t("access.lastUsed")];
  return (
    <>
      <p className="access__hint">{t("access.sessions.hint")}</p>
      <AccessTable rows={rows} columns={columns} empty="" problem={problem} />
    </>
  );
}
