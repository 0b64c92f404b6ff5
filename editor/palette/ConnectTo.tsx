import { useMemo } from "react";
import { useT } from "../i18n/messages.ts";
import { cardShape } from "../state/card-geometry.ts";
import { currentFlow } from "../state/document.ts";
import { useEditor } from "../state/editor.ts";
import { addWire } from "../state/edits.ts";
import { categoryOf, wire, wireRefusal } from "../state/wiring.ts";
import { NodeIcon } from "./NodeIcon.tsx";
import { Picker } from "./Picker.tsx";

/** Every wire that may begin at the node, to draw one without a mouse: by each of its ports, to each node that takes it. */
export function ConnectTo({ node, onClose }: { readonly node: string; readonly onClose: () => void }) {
  const t = useT();
  const { documents, types } = useEditor();
  const items = useMemo(() => {
    const document = currentFlow(documents.getState())?.history.present;
    const from = document?.nodes.find(({ id }) => id === node);
    if (document === undefined || from === undefined) return [];
    const { outputs } = cardShape(types.get(from.type), from.config);
    return outputs.flatMap((port) =>
      document.nodes.flatMap((to) =>
        cardShape(types.get(to.type), to.config).inputs.flatMap((input) => {
          const candidate = wire(from.id, port.name, to.id, input.name);
          if (wireRefusal(document, candidate) !== undefined) return [];
          const description = types.get(to.type);
          return {
            id: `${port.name}>${to.id}:${input.name}`,
            title: to.name || (description?.title ?? to.type),
            also: [to.id, to.type],
            section: port.title || port.name,
            category: categoryOf(to.type) ?? "unknown",
            icon: <NodeIcon name={description?.icon} category={categoryOf(to.type)} />,
            candidate,
          };
        }),
      ),
    );
  }, [documents, types, node]);
  return (
    <Picker
      items={items}
      label={t("command.connect")}
      placeholder={t("connect.placeholder")}
      emptyText={t("picker.nothing")}
      onClose={onClose}
      onPick={({ candidate }) => {
        documents.edit("step.wire", (document) => addWire(document, candidate));
        onClose();
      }}
    />
  );
}
