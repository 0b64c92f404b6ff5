import { Button } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ReactNode,
  useCallback,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useStore } from "zustand";
import { useT } from "../i18n/messages.ts";
import { DebugCounts } from "./DebugCounts.tsx";
import { DebugRow } from "./DebugRow.tsx";
import { DebugToolbar, type PlacesOfFlow } from "./DebugToolbar.tsx";
import { type DebugFilter, everything, matcher, nodeOf } from "./filter.ts";
import { follow } from "./follow.ts";
import type { DebugEntry, Samples } from "./samples.ts";
import { seriesOf } from "./series.ts";
import { useCount } from "./use-count.ts";
import "./debug.css";

export interface DebugDrawerProps {
  readonly samples: Samples;
  nodeName(flow: string, node: string): string;
  /** The pointer is over an entry of this node; `null` when it has left it. */
  onHover(flow: string, node: string | null): void;
  onLocate(flow: string, node: string): void;
  /** Somebody wants to follow this message; `all` is what is here of every message. */
  onTrace(entry: DebugEntry, all: readonly DebugEntry[]): void;
  flowName(flow: string): string;
  /** Shown while there is nothing: how to tap a wire. */
  readonly hint: ReactNode;
}

const lineHeight = 26;

/** What passes through the tapped wires, and what goes wrong, newest below. Reading in it holds it still. */
export function DebugDrawer({ samples, nodeName, flowName, onHover, onLocate, onTrace, hint }: DebugDrawerProps) {
  const t = useT();
  const count = useCount();
  const state = useStore(samples);
  const [filter, setFilter] = useState<DebugFilter>(everything);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const viewport = useRef<HTMLDivElement>(null);

  const calm = useDeferredValue(filter);
  const matches = useMemo(() => matcher(calm), [calm]);
  const shown = useMemo(() => state.entries.filter(matches), [state.entries, matches]);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => shown[index]?.id ?? index,
    overscan: 8,
  });
  const following = useMemo(() => follow(samples, viewport), [samples]);
  const reading = open.size > 0;
  useLayoutEffect(() => following.shown(shown), [following, shown]);
  useEffect(() => following.reading(reading), [following, reading]);

  const toggle = useCallback((id: number, element: HTMLElement) => {
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
    // What opened at the lower edge would otherwise open out of sight.
    requestAnimationFrame(() => element.scrollIntoView({ block: "nearest" }));
  }, []);
  const places = usePlaces(state.entries, nodeName, flowName);
  const trace = useCallback((entry: DebugEntry) => onTrace(entry, samples.getState().entries), [onTrace, samples]);
  const filtered = filter.text !== "" || filter.node !== "" || filter.level !== "all";
  return (
    <section className="debug" aria-label={t("debug.title")}>
      <div className="debug__bar">
        <DebugToolbar
          filter={filter}
          places={places}
          paused={state.paused}
          onFilter={setFilter}
          onPause={following.pause}
          onResume={following.resume}
          onClear={samples.clear}
        />
        <DebugCounts shown={shown.length} all={state.entries.length} skipped={state.skipped} />
      </div>
      <div ref={viewport} className="debug__list" onScroll={following.scrolled}>
        {shown.length === 0 ? (
          <div className="debug__empty">
            <p>{filtered && state.entries.length > 0 ? t("debug.noMatch") : t("debug.nothing")}</p>
            {filtered && state.entries.length > 0 ? (
              <Button size="compact-xs" variant="default" onClick={() => setFilter(everything)}>
                {t("debug.resetFilter")}
              </Button>
            ) : (
              hint
            )}
          </div>
        ) : null}
        <ul aria-label={t("debug.list")} className="debug__all" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const entry = shown[index];
            if (entry === undefined) return null;
            const isOpen = open.has(entry.id);
            return (
              <li
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className="debug__place"
                style={{ transform: `translateY(${start}px)` }}
              >
                <DebugRow
                  entry={entry}
                  name={nodeName(entry.flow, entry.node)}
                  open={isOpen}
                  series={isOpen ? seriesOf(entry, state.entries) : undefined}
                  onToggle={toggle}
                  onHover={onHover}
                  onLocate={onLocate}
                  onTrace={trace}
                />
              </li>
            );
          })}
        </ul>
      </div>
      {state.paused && state.waiting > 0 ? (
        <Button className="debug__waiting" size="compact-xs" radius="xl" onClick={following.resume}>
          {t("debug.waiting", { count: count(state.waiting) })}
        </Button>
      ) : null}
    </section>
  );
}

/** The nodes that occur, by flow and name; the same list as long as it says the same. */
function usePlaces(
  entries: readonly DebugEntry[],
  nodeName: DebugDrawerProps["nodeName"],
  flowName: DebugDrawerProps["flowName"],
): readonly PlacesOfFlow[] {
  const flows = new Map<string, Map<string, string>>();
  for (const entry of entries) {
    const nodes = flows.get(entry.flow) ?? new Map<string, string>();
    flows.set(entry.flow, nodes);
    const key = nodeOf(entry);
    if (!nodes.has(key)) nodes.set(key, nodeName(entry.flow, entry.node));
  }
  const places = [...flows].map(([flow, nodes]) => ({
    flow,
    name: flowName(flow),
    nodes: [...nodes].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label)),
  }));
  const text = JSON.stringify(places.sort((a, b) => a.name.localeCompare(b.name)));
  return useMemo(() => JSON.parse(text) as PlacesOfFlow[], [text]);
}
