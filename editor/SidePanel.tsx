import { useT } from "./i18n/messages.ts";
import { Splitter } from "./Splitter.tsx";
import { FlowPanel } from "./side/FlowPanel.tsx";
import { NodePanel } from "./side/NodePanel.tsx";
import { SelectionPanel } from "./side/SelectionPanel.tsx";
import { currentFlow } from "./state/document.ts";
import { useDocuments, useEditor, useView } from "./state/editor.ts";
import "./side/side.css";

/** At the right: the one chosen node, several chosen things, or the flow itself. */
export function SidePanel() {
  const t = useT();
  const { view } = useEditor();
  const width = useView((state) => state.inspectorWidth);
  const document = useDocuments((state) => currentFlow(state)?.history.present);
  const { nodes, wires, boxes } = useDocuments((state) => state.selection);
  const [id] = nodes;
  const only =
    nodes.size === 1 && wires.size + boxes.size === 0 ? document?.nodes.find((node) => node.id === id) : undefined;
  const isEmpty = nodes.size + wires.size + boxes.size === 0;
  return (
    <aside className="side-frame" aria-label={t("side.label")}>
      <Splitter
        orientation="vertical"
        label={t("side.resize")}
        size={width}
        min={280}
        max={720}
        onResize={(inspectorWidth) => view.remember({ inspectorWidth })}
      />
      <div className="side" style={{ width }}>
        {document === undefined ? null : only !== undefined ? (
          <NodePanel document={document} node={only} />
        ) : isEmpty ? (
          <FlowPanel document={document} />
        ) : (
          <SelectionPanel document={document} />
        )}
      </div>
    </aside>
  );
}
