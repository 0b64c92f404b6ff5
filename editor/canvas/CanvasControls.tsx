import { ActionIcon, Tooltip } from "@mantine/core";
import { IconFocusCentered, IconMinus, IconPlus, IconSearch } from "@tabler/icons-react";
import { Panel } from "@xyflow/react";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";

export function CanvasControls() {
  const t = useT();
  const { canvas, view } = useEditor();
  const controls = [
    { label: t("command.find"), keys: "Ctrl F", Icon: IconSearch, run: () => view.show({ kind: "find" }) },
    { label: t("command.zoomIn"), keys: "+", Icon: IconPlus, run: () => canvas.current?.zoomBy(1.25) },
    { label: t("command.zoomOut"), keys: "−", Icon: IconMinus, run: () => canvas.current?.zoomBy(0.8) },
    { label: t("command.fit"), keys: "F", Icon: IconFocusCentered, run: () => canvas.current?.fit() },
  ];
  return (
    <Panel position="bottom-left" className="canvas__controls">
      {controls.map(({ label, keys, Icon, run }) => (
        <Tooltip key={label} label={`${label} (${keys})`}>
          <ActionIcon aria-label={label} size={28} onClick={run}>
            <Icon size={15} />
          </ActionIcon>
        </Tooltip>
      ))}
    </Panel>
  );
}
