import { Popover } from "@mantine/core";
import { useMemo } from "react";
import { addAt } from "../canvas/add-node.ts";
import { useT } from "../i18n/messages.ts";
import { cardHeightPx, cardWidthPx } from "../state/card-geometry.ts";
import { currentFlow } from "../state/document.ts";
import { useEditor } from "../state/editor.ts";
import type { Dialog } from "../state/view.ts";
import { canFeed, categoryOf } from "../state/wiring.ts";
import { NodeIcon } from "./NodeIcon.tsx";
import { findable } from "./node-types.ts";
import { Picker } from "./Picker.tsx";

/** Search and add at the pointer. For the loose end of a wire only those are offered that it can be joined to. */
export function QuickAdd({ dialog, onClose }: { dialog: Extract<Dialog, { kind: "add" }>; onClose: () => void }) {
  const t = useT();
  const editor = useEditor();
  const { screen, at, end } = dialog;
  const items = useMemo(() => {
    const document = currentFlow(editor.documents.getState())?.history.present;
    const other = categoryOf(document?.nodes.find(({ id }) => id === end?.node)?.type ?? "");
    return editor.catalog.nodes
      .filter(({ category, inputs }) => {
        if (end === undefined) return true;
        if (other === undefined) return false;
        return end.kind === "output" ? inputs.length > 0 && canFeed(other, category) : canFeed(category, other);
      })
      .map((description) => ({
        ...findable(description),
        id: description.type,
        section: t(`category.${description.category}s`),
        detail: description.summary,
        category: description.category,
        icon: <NodeIcon name={description.icon} category={description.category} />,
      }));
  }, [editor, end, t]);
  // The port, not the corner, belongs where the wire was dropped.
  const corner = {
    x: end === undefined ? at.x - cardWidthPx / 2 : end.kind === "output" ? at.x : at.x - cardWidthPx,
    y: at.y - cardHeightPx / 2,
  };
  return (
    <Popover
      opened
      onChange={(opened) => !opened && onClose()}
      position="bottom-start"
      shadow="lg"
      width={340}
      trapFocus
      withinPortal
      withRoles={false}
    >
      <Popover.Target>
        <span className="quick-add__anchor" style={{ left: screen.x, top: screen.y }} />
      </Popover.Target>
      <Popover.Dropdown p={0} role="dialog" aria-label={t("command.add")}>
        <Picker
          items={items}
          label={t("command.add")}
          placeholder={t("add.placeholder")}
          emptyText={t("picker.nothing")}
          onClose={onClose}
          onPick={({ description }) => {
            addAt(editor, description, corner, { end });
            onClose();
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
