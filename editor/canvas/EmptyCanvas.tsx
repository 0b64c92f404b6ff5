import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { newFlow } from "../commands/flow-commands.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";

/** What to do first: on a flow without nodes, or (`isFlow` left out) where there is no flow at all. */
export function EmptyCanvas({ isFlow = false }: { isFlow?: boolean }) {
  const t = useT();
  const editor = useEditor();
  return (
    <div className={isFlow ? "canvas__empty canvas__empty--over" : "canvas canvas__empty"}>
      <h2>{t(isFlow ? "empty.flow" : "empty.gateway")}</h2>
      <p>{t(isFlow ? "empty.flowHint" : "empty.gatewayHint")}</p>
      {!isFlow && (
        <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => newFlow(editor, t)}>
          {t("command.newFlow")}
        </Button>
      )}
    </div>
  );
}
