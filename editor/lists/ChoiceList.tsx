import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { type Choice, type ChoiceHow, choose, chooseAll, keepListed, rowAt } from "./choice.ts";
import "./choice-list.css";

const rowHeightPx = 30;

interface Props<Row> {
  readonly label: string;
  readonly className: string;
  readonly rows: readonly Row[];
  idOf(row: Row): string;
  /** What a row shows; nothing in it takes clicks or keys of its own. */
  draw(row: Row): ReactNode;
  readonly empty: ReactNode;
  readonly choice: Choice;
  onChoose(choice: Choice): void;
  /** Keys beyond those of a list; true when it was one. */
  onKey?(key: string): boolean;
}

/** A list of any length of which one or many rows are chosen (WAI-ARIA listbox). */
export function ChoiceList<Row>(props: Props<Row>) {
  const { label, className, rows, idOf, draw, empty, choice, onChoose, onKey } = props;
  const viewport = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const ids = rows.map(idOf);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => rowHeightPx,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 12,
  });
  useEffect(() => {
    const kept = keepListed(choice, ids);
    if (kept !== choice) onChoose(kept);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const isAll = event.key === "a" && (event.ctrlKey || event.metaKey);
    const to = rowAt(ids, choice.active, event.key);
    if (isAll) onChoose(chooseAll(choice, ids));
    else if (event.key === " " && choice.active !== undefined) onChoose(choose(choice, ids, choice.active, "add"));
    else if (to !== undefined) {
      onChoose(choose(choice, ids, to, event.shiftKey ? "range" : "only"));
      virtualizer.scrollToIndex(ids.indexOf(to));
    } else if (event.ctrlKey || event.metaKey || event.altKey || onKey?.(event.key) !== true) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const howOf = (event: MouseEvent): ChoiceHow =>
    event.shiftKey ? "range" : event.ctrlKey || event.metaKey ? "add" : "only";
  const activeIndex = choice.active === undefined ? -1 : ids.indexOf(choice.active);
  return (
    <>
      {rows.length === 0 && <div className="choice-list__empty">{empty}</div>}
      <div
        ref={viewport}
        className="choice-list"
        hidden={rows.length === 0}
        role="listbox"
        aria-label={label}
        aria-multiselectable
        aria-activedescendant={activeIndex === -1 ? undefined : `${prefix}${activeIndex}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => {
          const [first] = ids;
          if (choice.active === undefined && first !== undefined) onChoose(choose(choice, ids, first, "only"));
        }}
      >
        <div className="choice-list__all" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            const id = ids[index];
            if (row === undefined || id === undefined) return null;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it takes the keys
              <div
                key={key}
                id={`${prefix}${index}`}
                role="option"
                tabIndex={-1}
                className={className}
                aria-selected={choice.chosen.has(id)}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                data-active={id === choice.active}
                style={{ transform: `translateY(${start}px)` }}
                onMouseDown={(event) => event.shiftKey && event.preventDefault()}
                onClick={(event) => onChoose(choose(choice, ids, id, howOf(event)))}
              >
                {draw(row)}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
