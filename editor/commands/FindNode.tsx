import { useMemo } from "react";
import { locate } from "../drawer/locate.ts";
import { useT } from "../i18n/messages.ts";
import { NodeIcon } from "../palette/NodeIcon.tsx";
import { Picker } from "../palette/Picker.tsx";
import { differenceOf } from "../state/difference.ts";
import { useCheck, useDocuments, useEditor, useOverview } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { categoryOf } from "../state/wiring.ts";
import { findNodes } from "./find-nodes.ts";

/** Finds a node in any flow and goes there. */
export function FindNode({ onClose }: { onClose: () => void }) {
  const t = useT();
  const editor = useEditor();
  const flows = useDocuments((state) => state.flows);
  const checks = useCheck((state) => state.flows);
  const failing = useOverview((overview) => overview.failing);
  const items = useMemo(
    () =>
      Object.values(flows).flatMap(({ id: flow, base, history: { present } }) => {
        const { added, changed } = differenceOf(base?.document, present);
        const news = new Set([...added, ...changed]);
        return present.nodes.map((node) => {
          const type = editor.types.get(node.type);
          const key = nodeKey(flow, node.id);
          const states = [
            checks[flow]?.byNode[node.id]?.some(({ severity }) => severity === "error") === true &&
              ("invalid" as const),
            news.has(node.id) && ("changed" as const),
            node.disabled === true && ("disabled" as const),
            failing.includes(key) && ("failing" as const),
          ].filter((state) => state !== false);
          return {
            id: key,
            title: node.name || node.id,
            also: [node.id, type?.title ?? "", node.type, checks[flow]?.nodes[node.id]?.line ?? ""],
            type: node.type,
            states,
            config: JSON.stringify(node.config).toLowerCase(),
            section: present.name || flow,
            detail: [type?.title ?? node.type, checks[flow]?.nodes[node.id]?.line].filter(Boolean).join(" · "),
            category: type === undefined ? "unknown" : (categoryOf(node.type) ?? "unknown"),
            icon: <NodeIcon name={type?.icon} category={categoryOf(node.type)} />,
            aside: states.map((state) => (
              <span key={state} className="kbd">
                {t(`find.${state}`)}
              </span>
            )),
          };
        });
      }),
    [flows, checks, failing, editor, t],
  );
  return (
    <Picker
      items={items}
      filter={findNodes}
      label={t("command.find")}
      placeholder={t("find.placeholder")}
      emptyText={t("picker.nothing")}
      onClose={onClose}
      onPick={({ id }) => {
        onClose();
        locate(editor, id);
      }}
    />
  );
}
