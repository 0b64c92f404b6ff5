import { Button } from "@mantine/core";
import { useT } from "../i18n/messages.ts";
import { currentFlow } from "../state/document.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import "./deploy.css";

/** Over the canvas while somebody else's deployment waits to be brought together with one's own changes. */
export function NewerNotice() {
  const t = useT();
  const { view } = useEditor();
  const flow = useDocuments(currentFlow);
  if (flow?.newer === undefined) return null;
  return (
    <div className="newer" role="status">
      {flow.newer === null ? t("newer.removed") : t("newer.deployed", { author: flow.newer.author || "?" })}
      <Button size="compact-xs" onClick={() => view.show({ kind: "conflict", flows: [flow.id] })}>
        {t("newer.compare")}
      </Button>
    </div>
  );
}
