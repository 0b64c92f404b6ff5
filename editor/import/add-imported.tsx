import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { FlowDocument } from "../../server/api/contract.ts";
import type { Translate } from "../i18n/messages.ts";
import type { Editor } from "../state/editor.ts";
import { freeId } from "../state/edits.ts";

/** Puts flows in as new ones, not deployed. All of them can be taken back in one step while the notice stands. */
export function addImported({ documents }: Editor, t: Translate, imported: readonly FlowDocument[]): void {
  const before = documents.getState().current;
  const added = imported.map((document) => {
    const id = freeId(document.id, new Set(Object.keys(documents.getState().flows)));
    documents.add({ ...document, id });
    return id;
  });
  const [first] = added;
  if (first === undefined) return;
  documents.open(first);
  const notice = notifications.show({
    autoClose: 30_000,
    color: "green",
    message: (
      <>
        {t("import.done", { n: added.length })}{" "}
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            for (const id of added) documents.remove(id);
            if (before !== undefined) documents.open(before);
            notifications.hide(notice);
          }}
        >
          {t("import.takeBack")}
        </Button>
      </>
    ),
  });
}
