import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { type Findable, searchFor } from "./search.ts";
import "./picker.css";

export interface Pick extends Findable {
  readonly id: string;
  readonly section?: string;
  readonly detail?: string;
  readonly icon?: ReactNode;
  readonly category?: string;
  /** At the right: a shortcut, a state. */
  readonly aside?: ReactNode;
  readonly disabled?: boolean;
}

/**
 * A search field over a list, driven by the keyboard: arrows choose, Enter takes. Used to add nodes, find them and run
 * commands. `filter` replaces the plain search where the query has a language of its own.
 */
export function Picker<Item extends Pick>({
  items,
  label,
  placeholder,
  emptyText,
  onPick,
  onClose,
  filter = searchFor,
}: {
  items: readonly Item[];
  label: string;
  placeholder: string;
  emptyText: string;
  onPick: (item: Item) => void;
  onClose: () => void;
  filter?: (items: readonly Item[], query: string) => readonly Item[];
}) {
  const [query, setQuery] = useState("");
  const [index, setIndex] = useState(0);
  const found = useMemo(() => filter(items, query), [filter, items, query]);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const active = Math.min(index, Math.max(0, found.length - 1));

  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) setIndex(Math.max(0, Math.min(found.length - 1, active + step)));
    else if (event.key === "Enter") {
      const item = found[active];
      if (item !== undefined && item.disabled !== true) onPick(item);
    } else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="picker">
      <div className="picker__field">
        <IconSearch size={15} aria-hidden />
        <input
          // The picker is opened to type into; focus anywhere else would be a detour.
          // biome-ignore lint/a11y/noAutofocus: see above
          autoFocus
          value={query}
          placeholder={placeholder}
          aria-label={label}
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={found.length === 0 ? undefined : `${id}-${active}`}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget }) => {
            setQuery(currentTarget.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {found.length === 0 && <div className="picker__empty">{emptyText}</div>}
      <div className="picker__list" ref={list} role="listbox" hidden={found.length === 0} id={id} aria-label={label}>
        {found.map((item, at) => (
          <div key={item.id} role="presentation">
            {item.section !== undefined && item.section !== found[at - 1]?.section && query === "" && (
              <div className="picker__section">{item.section}</div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard */}
            <div
              id={`${id}-${at}`}
              data-index={at}
              data-category={item.category}
              className="picker__item"
              role="option"
              tabIndex={-1}
              aria-selected={at === active}
              aria-disabled={item.disabled === true}
              onMouseMove={() => setIndex(at)}
              onClick={() => item.disabled !== true && onPick(item)}
            >
              {item.icon !== undefined && <span className="picker__icon">{item.icon}</span>}
              <span className="picker__words">
                <span className="picker__title">{item.title}</span>
                {item.detail !== undefined && <span className="picker__detail">{item.detail}</span>}
              </span>
              {item.aside}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
