import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChevronDown, IconLayoutSidebarLeftCollapse, IconSearch, IconX } from "@tabler/icons-react";
import { useMemo, useRef, useState } from "react";
import type { Category, NodeDescription } from "../../server/api/contract.ts";
import { addAtMiddle } from "../canvas/add-node.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor, useView } from "../state/editor.ts";
import { NodeIcon } from "./NodeIcon.tsx";
import { findable, stages } from "./node-types.ts";
import { searchFor } from "./search.ts";
import "./palette.css";

/** What a dragged palette entry carries: the node type. */
export const dragFormat = "application/x-sluice-node-type";

export function Palette() {
  const t = useT();
  const editor = useEditor();
  const folded = useView(({ folded }) => folded);
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const items = useMemo(() => editor.catalog.nodes.map(findable), [editor.catalog]);
  const found = useMemo(() => new Set(searchFor(items, query).map(({ type }) => type)), [items, query]);
  const fold = (category: Category) => {
    const others = folded.filter((other) => other !== category);
    editor.view.remember({ folded: others.length === folded.length ? [...folded, category] : others });
  };

  return (
    <aside className="palette" aria-label={t("palette.title")}>
      <div className="palette__search">
        <IconSearch size={14} aria-hidden />
        <input
          ref={field}
          value={query}
          placeholder={t("palette.search")}
          aria-label={t("palette.search")}
          spellCheck={false}
          onChange={({ currentTarget }) => setQuery(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setQuery("");
            const [best] = query === "" ? [] : searchFor(items, query);
            if (event.key === "Enter" && best !== undefined) addAtMiddle(editor, best.description);
          }}
        />
        {query === "" ? (
          <Tooltip label={`${t("palette.hide")} (B)`}>
            <ActionIcon
              size="sm"
              aria-label={t("palette.hide")}
              onClick={() => editor.view.remember({ paletteOpen: false })}
            >
              <IconLayoutSidebarLeftCollapse size={15} />
            </ActionIcon>
          </Tooltip>
        ) : (
          <ActionIcon
            size="sm"
            aria-label={t("palette.clear")}
            onClick={() => {
              setQuery("");
              field.current?.focus();
            }}
          >
            <IconX size={13} />
          </ActionIcon>
        )}
      </div>
      <div className="palette__list">
        {stages.map((category) => {
          const types = editor.catalog.nodes.filter((type) => type.category === category && found.has(type.type));
          if (types.length === 0) return null;
          const open = query !== "" || !folded.includes(category);
          return (
            <section key={category} data-category={category}>
              <button type="button" className="palette__category" aria-expanded={open} onClick={() => fold(category)}>
                <span className="palette__dot" />
                {t(`category.${category}s`)}
                <span className="palette__count">{types.length}</span>
                <IconChevronDown size={13} className="palette__chevron" aria-hidden />
              </button>
              {open && types.map((type) => <PaletteEntry key={type.type} type={type} />)}
            </section>
          );
        })}
        {found.size === 0 && <p className="palette__empty">{t("palette.nothing", { query })}</p>}
      </div>
    </aside>
  );
}

function PaletteEntry({ type }: { type: NodeDescription }) {
  const editor = useEditor();
  return (
    <Tooltip label={type.summary} position="right" openDelay={600}>
      <button
        type="button"
        className="palette__entry"
        draggable
        onDragStart={({ dataTransfer }) => {
          dataTransfer.setData(dragFormat, type.type);
          dataTransfer.effectAllowed = "copy";
        }}
        onClick={() => addAtMiddle(editor, type)}
      >
        <span className="palette__icon">
          <NodeIcon name={type.icon} category={type.category} size={15} />
        </span>
        <span className="palette__name">{type.title}</span>
      </button>
    </Tooltip>
  );
}
