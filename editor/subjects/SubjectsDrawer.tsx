import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { addAtMiddle } from "../canvas/add-node.ts";
import { useCount } from "../debug/use-count.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { listenerFor } from "./listener.ts";
import { SubjectRow } from "./SubjectRow.tsx";
import { rowsOf, subjectOf, type TreeRow } from "./tree.ts";
import "./subjects.css";

const rowHeightPx = 26;

/** A live tree of what is on the bus. The gateway listens only while this is on the screen. */
export function SubjectsDrawer() {
  const t = useT();
  const count = useCount();
  const editor = useEditor();
  const { subjects, feed } = editor;
  const state = useStore(subjects);
  const [filter, setFilter] = useState("");
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const viewport = useRef<HTMLDivElement>(null);

  useEffect(() => {
    subjects.clear();
    feed.watchSubjects(true);
    return () => feed.watchSubjects(false);
  }, [subjects, feed]);

  const calmFilter = useDeferredValue(filter);
  const rows = useMemo(
    () => rowsOf(state.subjects.values(), calmFilter, toggled),
    [state.subjects, calmFilter, toggled],
  );
  const shown = useMemo(() => rows.filter(({ depth }) => depth === 0).reduce((sum, row) => sum + size(row), 0), [rows]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => rowHeightPx,
    getItemKey: (index) => rows[index]?.path ?? index,
    overscan: 10,
  });

  const toggle = (path: string) =>
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });
  const listen = (row: TreeRow) => {
    const subject = subjectOf(row);
    const description = listenerFor(editor.types, subject);
    if (description !== undefined) addAtMiddle(editor, description, { subject });
  };
  const activeIndex = rows.findIndex(({ path }) => path === active);
  const goTo = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (row === undefined) return;
    setActive(row.path);
    virtualizer.scrollToIndex(rows.indexOf(row));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[activeIndex];
    const act = keyAction(event.key, row, {
      toggle,
      listen,
      step: (by) => goTo(activeIndex + by),
      first: () => goTo(0),
      last: () => goTo(rows.length - 1),
      parent: () => goTo(rows.findIndex(({ path }) => path === row?.path.slice(0, row.path.lastIndexOf(".")))),
    });
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  return (
    <section className="subjects" aria-label={t("subjects.title")}>
      <div className="subjects__bar">
        <TextInput
          className="subjects__filter"
          aria-label={t("subjects.filter")}
          placeholder={t("subjects.filter")}
          leftSection={<IconSearch size={13} aria-hidden />}
          rightSection={
            filter === "" ? null : (
              <CloseButton size="xs" aria-label={t("subjects.clear")} onClick={() => setFilter("")} />
            )
          }
          spellCheck={false}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <span className="subjects__hint">{t("subjects.hint")}</span>
        {state.isSampled && (
          <span className="subjects__warn" title={t("subjects.sampledHint")}>
            {t("subjects.sampled")}
          </span>
        )}
        {state.unlisted > 0 && (
          <span className="subjects__warn" title={t("subjects.unlistedHint")}>
            {t("subjects.unlisted", { count: count(state.unlisted) })}
          </span>
        )}
        <span className="subjects__total">
          {calmFilter.trim() === ""
            ? t("subjects.total", { count: count(shown), n: shown })
            : t("subjects.shown", { count: count(shown), all: count(state.subjects.size) })}
        </span>
      </div>
      <div className="subjects__head" aria-hidden>
        <span>{t("subjects.subject")}</span>
        <span className="subjects__number">{t("subjects.rate")}</span>
        <span className="subjects__number">{t("subjects.count")}</span>
        <span>{t("subjects.value")}</span>
        <span>{t("subjects.publisher")}</span>
      </div>
      {rows.length === 0 && (
        <p className="subjects__empty">
          {state.problem !== ""
            ? state.problem
            : t(!state.isHeard ? "subjects.waiting" : calmFilter === "" ? "subjects.silent" : "subjects.noMatch")}
        </p>
      )}
      <div
        ref={viewport}
        className="subjects__list"
        hidden={rows.length === 0}
        role="tree"
        aria-label={t("subjects.title")}
        {...(activeIndex === -1 ? {} : { "aria-activedescendant": rowId(rows[activeIndex]) })}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => active === undefined && setActive(rows[0]?.path)}
      >
        <div className="subjects__all" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <SubjectRow
                key={key}
                id={rowId(row)}
                row={row}
                top={start}
                isActive={row.path === active}
                onToggle={() => toggle(row.path)}
                onActivate={() => setActive(row.path)}
                onListen={() => listen(row)}
              />
            );
          })}
        </div>
      </div>
    </section>
  );
}

function size({ own, below }: TreeRow): number {
  return below + (own === undefined ? 0 : 1);
}

function rowId(row: TreeRow | undefined): string {
  return `subject-${encodeURIComponent(row?.path ?? "")}`;
}

interface TreeActions {
  toggle(path: string): void;
  listen(row: TreeRow): void;
  step(by: number): void;
  first(): void;
  last(): void;
  parent(): void;
}

/** The keys of a tree (WAI-ARIA tree view); Enter makes the node. */
function keyAction(key: string, row: TreeRow | undefined, actions: TreeActions): (() => void) | undefined {
  const { toggle, listen, step, first, last, parent } = actions;
  const hasBelow = row !== undefined && row.below > 0;
  switch (key) {
    case "ArrowDown":
      return () => step(1);
    case "ArrowUp":
      return () => step(-1);
    case "Home":
      return first;
    case "End":
      return last;
    case "ArrowRight":
      return hasBelow && !row.isOpen ? () => toggle(row.path) : () => step(1);
    case "ArrowLeft":
      return hasBelow && row.isOpen ? () => toggle(row.path) : parent;
    case "Enter":
      return row && (() => listen(row));
    default:
      return undefined;
  }
}
