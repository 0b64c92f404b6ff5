/** Commands about whole flows: their tabs, files and deployment. */
import { notifications } from "@mantine/notifications";
import type { FlowDocument } from "../../server/api/contract.ts";
import { deployNow } from "../deploy/deploy-now.ts";
import type { Translate } from "../i18n/messages.ts";
import { parseClip } from "../state/clipboard.ts";
import { currentFlow } from "../state/document.ts";
import type { Editor } from "../state/editor.ts";
import { emptyFlow, freeId, freeName } from "../state/edits.ts";
import type { Command } from "./command.ts";
import { pasteClip } from "./edit-commands.ts";

const hasFlow = ({ documents }: Editor) => currentFlow(documents.getState()) !== undefined;

export function newFlow({ documents, view }: Editor, t: Translate): void {
  const { flows } = documents.getState();
  const names = new Set(Object.values(flows).map(({ history }) => history.present.name));
  const name = freeName(t("flow.newName"), names);
  documents.add(emptyFlow(freeId(name === t("flow.newName") ? "flow" : name, new Set(Object.keys(flows))), name));
  view.show(undefined);
}

/** Takes a flow off, with a way back for as long as the notice stands. */
export function removeFlow({ documents }: Editor, t: Translate, id: string): void {
  const flow = documents.getState().flows[id];
  if (flow === undefined) return;
  documents.remove(id);
  const name = flow.history.present.name || id;
  notifications.show({
    message: t(flow.base === null ? "flow.removedNew" : "flow.removed", { name }),
    autoClose: 6_000,
  });
}

export function toggleEnabled({ documents }: Editor): void {
  const enabled = currentFlow(documents.getState())?.history.present.enabled ?? true;
  documents.edit(enabled ? "step.disableFlow" : "step.enableFlow", (document) => ({ ...document, enabled: !enabled }));
}

function toNeighbour(step: number) {
  return ({ documents }: Editor) => {
    const { order, current } = documents.getState();
    const next = order[(order.indexOf(current ?? "") + step + order.length) % order.length];
    if (next !== undefined) documents.open(next);
  };
}

/** Offers the flow on the canvas as a file. */
export function exportFlow({ documents }: Editor): void {
  const document = currentFlow(documents.getState())?.history.present;
  if (document === undefined) return;
  const blob = new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" });
  const link = window.document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${document.id}.flow.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

/** Takes in text from the clipboard or a file: parts go into the flow on the canvas, a whole flow becomes a new one. */
export function takeIn(
  editor: Editor,
  t: Translate,
  text: string,
  at?: { readonly x: number; readonly y: number },
): boolean {
  const pasted = parseClip(text);
  const canvas = editor.canvas.current;
  if (pasted?.kind === "flow") {
    addFlow(editor, t, pasted.document);
    return true;
  }
  if (pasted === undefined && isForeign(text)) {
    editor.view.show({ kind: "import", given: { text, name: t("import.pasted") } });
    return true;
  }
  if (pasted === undefined || canvas === undefined) return false;
  pasteClip(editor, pasted.clip, at ?? canvas.placeOf(canvas.middle()));
  return true;
}

function addFlow({ documents }: Editor, t: Translate, document: FlowDocument): void {
  const { flows } = documents.getState();
  const id = freeId(document.id, new Set(Object.keys(flows)));
  documents.add({ ...document, id });
  notifications.show({ message: t("flow.imported", { name: document.name || id }) });
}

/** Whether the text is a list of nodes or of flows, such as Node-RED exports: for the dialog that says what becomes of it. */
function isForeign(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    const value: unknown = JSON.parse(text);
    const list = typeof value === "object" && value !== null && "flows" in value ? value.flows : value;
    return (
      Array.isArray(list) &&
      list.length > 0 &&
      list.every((each) => typeof each === "object" && each !== null && "id" in each)
    );
  } catch {
    return false;
  }
}

export const flowCommands: readonly Command[] = [
  {
    id: "deploy",
    title: "command.deploy",
    section: "gateway",
    keys: ["mod+s", "mod+enter"],
    everywhere: true,
    run: (editor, t) => void deployNow(editor, t),
  },
  {
    id: "changes",
    title: "command.changes",
    section: "gateway",
    keys: ["mod+shift+d"],
    everywhere: true,
    run: ({ view }) => view.show({ kind: "changes" }),
  },
  { id: "new-flow", title: "command.newFlow", section: "flow", keys: ["alt+n"], run: newFlow },
  {
    id: "flow-settings",
    title: "command.flowSettings",
    section: "flow",
    keys: ["alt+enter"],
    isEnabled: hasFlow,
    run: ({ documents }) => documents.select({}),
  },
  { id: "enable-flow", title: "command.enableFlow", section: "flow", isEnabled: hasFlow, run: toggleEnabled },
  {
    id: "remove-flow",
    title: "command.removeFlow",
    section: "flow",
    isEnabled: hasFlow,
    run: (editor, t) => removeFlow(editor, t, editor.documents.getState().current ?? ""),
  },
  { id: "previous-flow", title: "command.previousFlow", section: "flow", keys: ["["], run: toNeighbour(-1) },
  { id: "next-flow", title: "command.nextFlow", section: "flow", keys: ["]"], run: toNeighbour(1) },
  {
    id: "import",
    title: "command.import",
    section: "flow",
    keys: ["mod+i"],
    run: ({ view }) => view.show({ kind: "import" }),
  },
  { id: "export", title: "command.export", section: "flow", keys: ["mod+e"], isEnabled: hasFlow, run: exportFlow },
  {
    id: "discard",
    title: "command.discard",
    section: "flow",
    isEnabled: hasFlow,
    run: ({ documents }) => documents.discard(documents.getState().current ?? ""),
  },
];
