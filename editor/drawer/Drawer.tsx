import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { type ComponentType, useCallback } from "react";
import { AlarmsDrawer } from "../alarms/AlarmsDrawer.tsx";
import { DebugDrawer } from "../debug/DebugDrawer.tsx";
import type { DebugEntry } from "../debug/samples.ts";
import { useT } from "../i18n/messages.ts";
import { LettersDrawer } from "../letters/LettersDrawer.tsx";
import { Splitter } from "../Splitter.tsx";
import { useEditor, useTrace, useView } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { type DrawerTab, drawerTabs } from "../state/view.ts";
import { SubjectsDrawer } from "../subjects/SubjectsDrawer.tsx";
import { seriesIn } from "../trace/path.ts";
import { TracePanel } from "../trace/TracePanel.tsx";
import type { Traces } from "../trace/trace.ts";
import { TrialDrawer } from "../trial/TrialDrawer.tsx";
import { History } from "./History.tsx";
import { locate, nodeName } from "./locate.ts";
import { ProblemCount, Problems } from "./Problems.tsx";
import "./drawer.css";

const contents: Readonly<Record<Exclude<DrawerTab, "closed">, ComponentType>> = {
  debug: Debug,
  trial: TrialDrawer,
  problems: Problems,
  alarms: AlarmsDrawer,
  subjects: SubjectsDrawer,
  letters: LettersDrawer,
  history: History,
};

/** Below the canvas: what flows, what is wrong, what was. */
export function Drawer() {
  const t = useT();
  const { view } = useEditor();
  const open = useView(({ drawer }) => drawer);
  const height = useView(({ drawerHeight }) => drawerHeight);
  const isOpen = open !== "closed";
  const shown = open === "closed" ? undefined : open;
  const Content = shown && contents[shown];
  return (
    <>
      {isOpen && (
        <Splitter
          orientation="horizontal"
          label={t("drawer.resize")}
          size={height}
          min={120}
          max={700}
          onResize={(drawerHeight) => view.remember({ drawerHeight })}
        />
      )}
      <section className="drawer" data-open={isOpen} style={isOpen ? { height } : {}} aria-label={t("drawer.label")}>
        <div className="drawer__head">
          <div className="drawer__tabs" role="tablist" aria-label={t("drawer.label")}>
            {drawerTabs.map((tab) => (
              <button
                key={tab}
                type="button"
                role="tab"
                className="drawer__tab"
                aria-selected={tab === open}
                onClick={() => view.toggleDrawer(tab)}
              >
                {t(`drawer.${tab}`)}
                {tab === "problems" && <ProblemCount />}
              </button>
            ))}
          </div>
          <Tooltip label={`${t(isOpen ? "drawer.close" : "drawer.open")} (J)`}>
            <ActionIcon
              size="sm"
              className="drawer__toggle"
              aria-label={t(isOpen ? "drawer.close" : "drawer.open")}
              onClick={() => view.toggleDrawer(isOpen ? open : "debug")}
            >
              {isOpen ? <IconChevronDown size={15} /> : <IconChevronUp size={15} />}
            </ActionIcon>
          </Tooltip>
        </div>
        {shown !== undefined && Content !== undefined && (
          <div className="drawer__content" role="tabpanel" aria-label={t(`drawer.${shown}`)}>
            <Content />
          </div>
        )}
      </section>
    </>
  );
}

/** All messages, or the way of one of them. The list stays as it was meanwhile. */
function Debug() {
  const t = useT();
  const editor = useEditor();
  const followed = useTrace((trace) => trace);
  const onTrace = useCallback(
    (entry: DebugEntry, all: readonly DebugEntry[]) => follow(editor.traces, entry, all),
    [editor],
  );
  return (
    <>
      {followed !== undefined && <TracePanel trace={followed} />}
      <div className="drawer__kept" hidden={followed !== undefined}>
        <DebugDrawer
          samples={editor.samples}
          nodeName={(flow, node) => nodeName(editor, flow, node)}
          flowName={(flow) => editor.documents.getState().flows[flow]?.history.present.name || flow}
          onHover={(flow, node) => editor.view.highlight(node === null ? undefined : nodeKey(flow, node))}
          onLocate={(flow, node) => locate(editor, nodeKey(flow, node))}
          onTrace={onTrace}
          hint={t("drawer.debugHint")}
        />
      </div>
    </>
  );
}

function follow(traces: Traces, entry: DebugEntry, all: readonly DebugEntry[]): void {
  const { traceId } = entry;
  if (traceId === undefined) return;
  const seen = all.flatMap((other) => (other.kind === "message" && other.traceId === traceId ? [other] : []));
  traces.follow(traceId, entry.kind === "message" ? seriesIn(entry.text) : "", seen);
}
