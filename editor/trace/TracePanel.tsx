import { Button, NativeSelect } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { oneLine, visible } from "../debug/display-text.ts";
import { locate, nodeName } from "../drawer/locate.ts";
import { useT } from "../i18n/messages.ts";
import { NodeIcon } from "../palette/NodeIcon.tsx";
import { useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { categoryOf } from "../state/wiring.ts";
import type { Step, Visit } from "./path.ts";
import type { FollowedTrace } from "./trace.ts";
import "./trace.css";

/** The way of one message, node by node, value by value. The canvas shows the same. */
export function TracePanel({ trace }: { readonly trace: FollowedTrace }) {
  const t = useT();
  const { traces } = useEditor();
  const { id, series, state, problem, path } = trace;
  const { visits } = path;
  const lastMs = Math.max(0, ...visits.map(({ afterMs }) => afterMs));
  return (
    <section className="trace" aria-label={t("trace.title", { id: id.slice(0, 8) })}>
      <div className="trace__bar">
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconArrowLeft size={13} aria-hidden />}
          onClick={traces.stop}
        >
          {t("trace.back")}
        </Button>
        <strong title={visible(id)}>{t("trace.title", { id: oneLine(id, 8).replace("…", "") })}</strong>
        <span className="trace__quiet">{t("trace.took", { nodes: visits.length, ms: lastMs })}</span>
        <span className="trace__spring" />
        <span className="trace__series">
          <span aria-hidden>{t("trace.series")}</span>
          <NativeSelect
            size="xs"
            aria-label={t("trace.series")}
            data={[
              { value: "", label: t("trace.everything") },
              ...path.series.map((name) => ({ value: name, label: oneLine(name, 60) })),
            ]}
            value={series}
            onChange={(event) => traces.choose(event.currentTarget.value)}
          />
        </span>
      </div>
      {state === "asking" && visits.length === 0 && <p className="trace__note">{t("trace.asking")}</p>}
      {state === "unknown" && (
        <p className="trace__note" role="status">
          {t("trace.unknown")} {problem}
        </p>
      )}
      <ol className="trace__visits" aria-label={t("trace.list")}>
        {visits.map((visit) => (
          <VisitRow key={nodeKey(visit.flow, visit.node)} visit={visit} />
        ))}
      </ol>
    </section>
  );
}

function VisitRow({ visit }: { readonly visit: Visit }) {
  const t = useT();
  const editor = useEditor();
  const { flow, node, inputs, outputs, afterMs } = visit;
  const type = editor.documents.getState().flows[flow]?.history.present.nodes.find(({ id }) => id === node)?.type ?? "";
  const category = categoryOf(type);
  const key = nodeKey(flow, node);
  return (
    <li
      className="trace__visit"
      data-category={category}
      onMouseEnter={() => editor.view.highlight(key)}
      onMouseLeave={() => editor.view.highlight(undefined)}
    >
      <span className="trace__after number" title={t("trace.after", { ms: afterMs })}>
        +{afterMs} ms
      </span>
      <button
        type="button"
        className="trace__node"
        title={t("debug.locate", { node })}
        onClick={() => locate(editor, key)}
      >
        <NodeIcon name={editor.types.get(type)?.icon} category={category} size={13} />
        {nodeName(editor, flow, node)}
      </button>
      <ul className="trace__steps">
        {category !== "adapter" && inputs.map((step, index) => <StepItem key={stepKey(step, index)} step={step} />)}
      </ul>
      <span className="trace__arrow" aria-hidden>
        {category === "adapter" || category === "sink" ? "" : "→"}
      </span>
      <ul className="trace__steps">
        {outputs.map((step, index) => (
          <StepItem key={stepKey(step, index)} step={step} />
        ))}
        {outputs.length === 0 && category !== "sink" && <li className="trace__quiet">{t("trace.ended")}</li>}
      </ul>
    </li>
  );
}

function StepItem({ step }: { readonly step: Step }) {
  const { port, series, value, text } = step;
  return (
    <li title={visible(text.slice(0, 1_000))}>
      {port !== "in" && port !== "out" && (
        <span className="debug__port" data-port={port}>
          {port}
        </span>
      )}
      {series !== "" && <bdi className="trace__quiet">{oneLine(series.slice(series.indexOf("/") + 1), 40)}</bdi>}
      <bdi className="trace__value">{oneLine(value, 120)}</bdi>
    </li>
  );
}

function stepKey({ port, series }: Step, index: number): string {
  return `${port} ${series} ${index}`;
}
