import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";

/** What is left of the palette while it is folded away. */
export function PaletteTab() {
  const t = useT();
  const { view } = useEditor();
  return (
    <aside className="palette-tab" aria-label={t("palette.title")}>
      <Tooltip label={`${t("palette.show")} (B)`} position="right">
        <ActionIcon aria-label={t("palette.show")} onClick={() => view.remember({ paletteOpen: true })}>
          <IconLayoutSidebarLeftExpand size={16} />
        </ActionIcon>
      </Tooltip>
    </aside>
  );
}
