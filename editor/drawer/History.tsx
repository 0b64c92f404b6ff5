import { Button, Loader } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import type { Revision } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { currentFlow } from "../state/document.ts";
import { useDocuments, useEditor, useView } from "../state/editor.ts";

type Loaded = { readonly revisions: readonly Revision[] } | { readonly error: string } | undefined;

/** Every deployment of the flow on the canvas; any of them can be taken back into the editor, as a step one can undo. */
export function History() {
  const t = useT();
  const { documents } = useEditor();
  const language = useView((view) => view.language);
  const flow = useDocuments(currentFlow);
  const id = flow?.id;
  const current = flow?.base?.revision;
  const [loaded, setLoaded] = useState<Loaded>();

  // A new revision of the flow means a new list.
  useEffect(() => {
    if (id === undefined || current === undefined) return setLoaded({ revisions: [] });
    const abort = new AbortController();
    setLoaded(undefined);
    request("GET /api/flows/:id/revisions", { params: { id }, signal: abort.signal }).then(
      (revisions) => setLoaded({ revisions }),
      (error: Error) => {
        if (!abort.signal.aborted) setLoaded({ error: error.message });
      },
    );
    return () => abort.abort();
  }, [id, current]);

  const take = async (revision: number) => {
    if (id === undefined) return;
    try {
      const stored = await request("GET /api/flows/:id/revisions/:revision", { params: { id, revision } });
      documents.edit("step.revision", () => stored.document);
      notifications.show({ message: t("history.taken", { revision }) });
    } catch (error) {
      notifications.show({ message: (error as Error).message, color: "red" });
    }
  };

  if (loaded === undefined)
    return (
      <div className="drawer__quiet">
        <Loader size="xs" />
      </div>
    );
  if ("error" in loaded) return <div className="drawer__quiet">{loaded.error}</div>;
  if (loaded.revisions.length === 0) return <div className="drawer__quiet">{t("history.none")}</div>;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  return (
    <table className="history">
      <thead>
        <tr>
          <th>{t("history.revision")}</th>
          <th>{t("history.when")}</th>
          <th>{t("history.who")}</th>
          <th>{t("history.message")}</th>
          <th aria-label={t("history.actions")} />
        </tr>
      </thead>
      <tbody>
        {[...loaded.revisions]
          .sort((a, b) => b.revision - a.revision)
          .map(({ revision, deployedAt, author, message }) => (
            <tr key={revision} data-current={revision === current}>
              <td className="number">{revision}</td>
              <td className="number">{when.format(new Date(deployedAt))}</td>
              <td>{author}</td>
              <td className="history__message">{message}</td>
              <td className="history__action">
                {revision === current ? (
                  <span className="history__now">{t("history.running")}</span>
                ) : (
                  <Button size="compact-xs" variant="default" onClick={() => void take(revision)}>
                    {t("history.take")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
