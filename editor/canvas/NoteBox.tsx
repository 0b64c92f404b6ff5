import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { FormattedText } from "../markdown/FormattedText.tsx";
import { useEditor } from "../state/editor.ts";
import { setNote } from "../state/edits.ts";
import type { NoteNode } from "./drawn.ts";
import "./boxes.css";

/** A remark on the canvas, in Markdown. Double-click or Enter edits it; leaving the field keeps it, Escape does not. */
export const NoteBox = memo(function NoteBox({ data: { note }, selected }: NodeProps<NoteNode>) {
  const t = useT();
  const { documents } = useEditor();
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    if (draft !== undefined) documents.edit("step.note", (document) => setNote(document, { ...note, text: draft }));
    setDraft(undefined);
  };
  return (
    <>
      <NodeResizer
        isVisible={selected}
        minWidth={100}
        minHeight={60}
        onResizeEnd={(_, { x, y, width, height }) =>
          documents.edit("step.resize", (document) => setNote(document, { ...note, x, y, width, height }))
        }
      />
      {draft === undefined ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the focused box does the same, see keyboard.ts
        <div className="note-box" data-selected={selected} data-edit-on-enter onDoubleClick={() => setDraft(note.text)}>
          {note.text === "" ? (
            <span className="note-box__hint">{t("note.hint")}</span>
          ) : (
            <FormattedText text={note.text} />
          )}
        </div>
      ) : (
        <textarea
          className="note-box note-box--open nodrag nowheel nopan"
          // biome-ignore lint/a11y/noAutofocus: it replaces what was just double-clicked
          autoFocus
          aria-label={t("note.label")}
          value={draft}
          onChange={({ currentTarget }) => setDraft(currentTarget.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Escape") setDraft(undefined);
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) commit();
          }}
        />
      )}
    </>
  );
});
