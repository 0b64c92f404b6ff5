import { Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { locate } from "../drawer/locate.ts";
import { useProblems } from "../drawer/Problems.tsx";
import { useT } from "../i18n/messages.ts";
import { useEditor, useOverview } from "../state/editor.ts";

/** What needs somebody: problems of the drawn flows, and peers that are gone. Nothing is shown when all is well. */
export function AlertCount() {
  const t = useT();
  const editor = useEditor();
  const problems = useProblems();
  const failing = useOverview((overview) => overview.failing);
  const severity = problems.some((problem) => problem.severity === "error") ? "error" : "warning";
  const [first] = failing;
  return (
    <>
      {first !== undefined && (
        <Tooltip label={`${t("alerts.failing", { n: failing.length })}: ${failing.slice(0, 6).join(", ")}`}>
          <button
            type="button"
            className="alerts"
            data-severity="error"
            aria-label={t("alerts.failing", { n: failing.length })}
            onClick={() => locate(editor, first)}
          >
            <IconPlugConnectedX size={15} aria-hidden />
            <span className="number">{failing.length}</span>
          </button>
        </Tooltip>
      )}
      {problems.length > 0 && (
        <Tooltip label={t("alerts.problems", { n: problems.length })}>
          <button
            type="button"
            className="alerts"
            data-severity={severity}
            aria-label={t("alerts.problems", { n: problems.length })}
            onClick={() => editor.view.remember({ drawer: "problems" })}
          >
            <IconAlertTriangle size={15} aria-hidden />
            <span className="number">{problems.length}</span>
          </button>
        </Tooltip>
      )}
    </>
  );
}
