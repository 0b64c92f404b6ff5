import { type NodeProps, NodeResizer } from "@xyflow/react";
import { type CSSProperties, memo, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { setGroup } from "../state/edits.ts";
import type { GroupNode } from "./drawn.ts";
import "./boxes.css";

/** A named frame. Its label moves it with all cards that belong to it; double-click renames it. */
export const GroupBox = memo(function GroupBox({ data: { group }, selected }: NodeProps<GroupNode>) {
  const t = useT();
  const { documents } = useEditor();
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    if (draft !== undefined) documents.edit("step.group", (document) => setGroup(document, { ...group, name: draft }));
    setDraft(undefined);
  };
  return (
    <>
      <NodeResizer
        isVisible={selected}
        minWidth={160}
        minHeight={100}
        onResizeEnd={(_, { x, y, width, height }) =>
          documents.edit("step.resize", (document) => setGroup(document, { ...group, x, y, width, height }))
        }
      />
      <div className="group-box" data-selected={selected} style={colored(group.color)}>
        {draft === undefined ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the focused box does the same, see keyboard.ts
          <div className="group-box__grip" data-edit-on-enter onDoubleClick={() => setDraft(group.name)}>
            {group.name === "" ? t("group.unnamed") : group.name}
          </div>
        ) : (
          <input
            className="group-box__grip group-box__grip--open nodrag"
            // biome-ignore lint/a11y/noAutofocus: it replaces what was just double-clicked
            autoFocus
            aria-label={t("group.label")}
            value={draft}
            onChange={({ currentTarget }) => setDraft(currentTarget.value)}
            onBlur={commit}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === "Escape") setDraft(undefined);
              if (event.key === "Enter") commit();
            }}
          />
        )}
      </div>
    </>
  );
});

function colored(color: string | undefined): CSSProperties {
  // A custom property is a style that the type of CSSProperties cannot list.
  return color === undefined ? {} : ({ "--group": color } as CSSProperties);
}
