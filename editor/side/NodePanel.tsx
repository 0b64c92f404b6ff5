import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCopy, IconCopyPlus, IconSend, IconTrash } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { useStore } from "zustand";
import type { FlowConnection, FlowDocument, FlowNode, MessagePlace, Problem } from "../../server/api/contract.ts";
import { may } from "../account/account.ts";
import { createCodeHelp, placesOf } from "../code/code-help.ts";
import { commands } from "../commands/commands.ts";
import { removeSelection } from "../commands/edit-commands.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { Inspector } from "../inspector/Inspector.tsx";
import { LiveTab } from "../live/LiveTab.tsx";
import { NodeIcon } from "../palette/NodeIcon.tsx";
import { useCheck, useEditor } from "../state/editor.ts";
import { setNode } from "../state/edits.ts";
import { categoryOf } from "../state/wiring.ts";

const noProblems: readonly Problem[] = [];

/** The chosen node: what it is, what can be done with it, and the inspector. */
export function NodePanel({ document, node }: { document: FlowDocument; node: FlowNode }) {
  const t = useT();
  const editor = useEditor();
  const { documents, catalog, types, view } = editor;
  const description = types.get(node.type);
  const category = categoryOf(node.type);
  const problems = useCheck(({ flows }) => flows[document.id]?.problems) ?? noProblems;
  const insight = useCheck(({ flows }) => flows[document.id]?.nodes[node.id]);
  const between = useCheck(({ flows }) => flows[document.id]?.nodes[`${node.id}~convert`]);
  const places = JSON.stringify(placesOf(document, node.id));
  const code = useMemo(() => createCodeHelp(JSON.parse(places) as readonly MessagePlace[]), [places]);
  const stored = useStore(editor.secrets, ({ list }) => list);
  const secrets = useMemo(() => {
    const { put, load } = editor.secrets;
    return stored && { names: stored.map(({ name }) => name), put, look: () => void load() };
  }, [editor.secrets, stored]);
  const isEditor = useStore(editor.account, (session) => may(session, "editor"));
  const canRead = isEditor && description?.canProbe === true;
  const readTag = useCallback(
    (key: string) => {
      const present = documents.getState().flows[document.id]?.history.present;
      return request("POST /api/probe", { body: { document: present, node: node.id, keys: [key] } });
    },
    [documents, document.id, node.id],
  );
  const onChange = useCallback(
    // Typing into one node is one step; a pause begins the next.
    (next: FlowNode) => documents.edit("step.configure", (before) => setNode(before, next), `node/${next.id}`),
    [documents],
  );
  const onConnectionsChange = useCallback(
    (connections: FlowConnection[]) =>
      documents.edit("step.connections", (before) => ({ ...before, connections }), "connections"),
    [documents],
  );
  return (
    <>
      <header className="side__head" data-category={description === undefined ? "unknown" : category}>
        <span className="side__icon">
          <NodeIcon name={description?.icon} category={description && category} size={18} />
        </span>
        <div className="side__title">
          <h2>{description?.title ?? node.type}</h2>
          <CopyButton value={`${document.id}/${node.id}`}>
            {({ copied, copy }) => (
              <button type="button" className="side__id" title={t("side.copyId")} onClick={copy}>
                {copied ? t("side.copied") : node.id}
                <IconCopy size={11} aria-hidden />
              </button>
            )}
          </CopyButton>
        </div>
        {category === "adapter" && (
          <Tooltip label={`${t("command.send")} (I)`}>
            <ActionIcon aria-label={t("command.send")} onClick={() => view.show({ kind: "send", node: node.id })}>
              <IconSend size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        <Tooltip label={`${t("command.duplicate")} (Ctrl D)`}>
          <ActionIcon
            aria-label={t("command.duplicate")}
            onClick={() => commands.find(({ id }) => id === "duplicate")?.run(editor, t)}
          >
            <IconCopyPlus size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${t("command.remove")} (Del)`}>
          <ActionIcon aria-label={t("command.remove")} onClick={() => removeSelection(editor)}>
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className="inspector">
        <Inspector
          node={node}
          description={description}
          document={document}
          catalog={catalog}
          problems={problems}
          insight={insight}
          between={between}
          code={code}
          secrets={secrets}
          readTag={canRead ? readTag : undefined}
          live={<LiveTab key={node.id} flow={document.id} node={node} />}
          onChange={onChange}
          onConnectionsChange={onConnectionsChange}
        />
      </div>
    </>
  );
}
