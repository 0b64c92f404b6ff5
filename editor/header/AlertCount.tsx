import { Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { locate } from "../drawer/locate.ts";
import { useProblemCounts } from "../drawer/Problems.tsx";
import { useT } from "../i18n/messages.ts";
import { useEditor, useOverview } from "../state/editor.ts";

/** What needs somebody: problems of the drawn flows, and peers that are gone. Nothing is shown when all is well. */
export function AlertCount() {
  const t = useT();
  const editor = useEditor();
  const { errors, warnings } = useProblemCounts();
  const failing = useOverview((overview) => overview.failing);
  const [first] = failing;
  const words = [errors > 0 && t("alerts.errors", { n: errors }), warnings > 0 && t("alerts.warnings", { n: warnings })]
    .filter((text) => text !== false)
    .join(", ");
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
      {errors + warnings > 0 && (
        <Tooltip label={words}>
          <button
            type="button"
            className="alerts"
            data-severity={errors > 0 ? "error" : "warning"}
            aria-label={words}
            onClick={() => editor.view.remember({ drawer: "problems" })}
          >
            <IconAlertTriangle size={15} aria-hidden />
            <span className="number">{errors > 0 ? errors : warnings}</span>
          </button>
        </Tooltip>
      )}
    </>
  );
}
