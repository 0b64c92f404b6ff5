import { Button, Group, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import type { OpenFlow } from "../state/document.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { emptyFlow } from "../state/edits.ts";
import { clashKey, mergeFlows, type Side } from "../state/merge.ts";
import { deployNow } from "./deploy-now.ts";

/** Somebody else deployed meanwhile: what fits together is merged, and for the rest one chooses mine or theirs. */
export function ConflictDialog({ flows: ids, onClose }: { flows: readonly string[]; onClose: () => void }) {
  const flows = useDocuments((state) => state.flows);
  const open = ids.flatMap((id) => flows[id] ?? []).filter(({ newer }) => newer !== undefined);
  const [first] = open;
  if (first === undefined) return null;
  return <FlowConflict key={first.id} flow={first} isLast={open.length === 1} onClose={onClose} />;
}

function FlowConflict({ flow, isLast, onClose }: { flow: OpenFlow; isLast: boolean; onClose: () => void }) {
  const t = useT();
  const editor = useEditor();
  const { documents } = editor;
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const mine = flow.history.present;
  const theirs = flow.newer ?? null;
  const done = () => {
    if (isLast) onClose();
  };
  const takeTheirs = () => {
    if (theirs === null) documents.gone(flow.id);
    else documents.discard(flow.id);
    done();
  };
  const name = mine.name || flow.id;

  if (theirs === null || flow.removed)
    return (
      <>
        <p>{t(theirs === null ? "conflict.theyRemoved" : "conflict.iRemoved", { name })}</p>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={takeTheirs}>
            {t("conflict.takeTheirs")}
          </Button>
          <Button
            onClick={() => {
              documents.settle(flow.id, mine, theirs);
              done();
            }}
          >
            {t("conflict.keepMine")}
          </Button>
        </Group>
      </>
    );

  const base = flow.base?.document ?? emptyFlow(flow.id, "");
  const { document, clashes } = mergeFlows(base, mine, theirs.document, choices);
  const settle = (deploy: boolean) => {
    documents.settle(flow.id, document, theirs);
    done();
    if (deploy) void deployNow(editor, t, [flow.id]);
  };
  return (
    <>
      <p>{t("conflict.explain", { name, author: theirs.author || "?", revision: theirs.revision })}</p>
      {clashes.length === 0 && <p>{t("conflict.fits")}</p>}
      {clashes.map((clash) => {
        const key = clashKey(clash);
        const chosen = choices.get(key) ?? "mine";
        return (
          <div key={key} className="conflict__clash">
            <div>
              <strong>{clash.id}</strong>
              <SegmentedControl
                aria-label={clash.id}
                value={chosen}
                data={[
                  { value: "mine", label: t("conflict.mine") },
                  { value: "theirs", label: t("conflict.theirs") },
                ]}
                onChange={(side) => setChoices(new Map(choices).set(key, side === "theirs" ? "theirs" : "mine"))}
              />
            </div>
            <div className="conflict__sides">
              {(["mine", "theirs"] as const).map((side) => (
                <pre key={side} className="conflict__side" data-chosen={chosen === side}>
                  {clash[side] === undefined ? t("conflict.absent") : JSON.stringify(clash[side], null, 2)}
                </pre>
              ))}
            </div>
          </div>
        );
      })}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={takeTheirs}>
          {t("conflict.takeTheirs")}
        </Button>
        <Button variant="default" onClick={() => settle(false)}>
          {t("conflict.merge")}
        </Button>
        <Button onClick={() => settle(true)}>{t("conflict.mergeDeploy")}</Button>
      </Group>
    </>
  );
}
