import { lazy, Suspense, useEffect, useState } from "react";
import type { FlowNode } from "../../server/api/contract.ts";
import { type MessageKey, useT } from "../i18n/messages.ts";
import { useEditor, useNodeLive } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { outputsOf } from "../state/ports.ts";
import { categoryOf } from "../state/wiring.ts";
import { age, formatCount, formatRate, formatValue } from "./format.ts";
import { shownState } from "./shown-state.ts";
import "./live.css";

/** uPlot comes when somebody looks at a plot. */
const Plots = lazy(() => import("./Plots.tsx").then(({ Plots: component }) => ({ default: component })));

/** What the chosen node does now, and how its values and its rate went in the last minutes. */
export function LiveTab({ flow, node }: { flow: string; node: FlowNode }) {
  const t = useT();
  const { live } = useEditor();
  const state = useNodeLive(flow, node.id, (slice) => shownState(slice, categoryOf(node.type)));
  const detail = useNodeLive(flow, node.id, (slice) => slice?.status?.detail ?? "");
  const last = useNodeLive(flow, node.id, (slice) => slice?.last);
  const isThere = state !== "none";
  return (
    <div className="live">
      <div className="live__status">
        <span className="card__status" data-state={state} />
        <strong>{t(`state.${state}`)}</strong>
        <span className="live__detail">{detail}</span>
      </div>
      {!isThere && <p className="side__hint">{t("live.none")}</p>}
      {last !== undefined && (
        <div className="live__last">
          <span className="live__series">
            {last.device_id} / {last.key}
          </span>
          <span className="live__value number">{formatValue(last.value)}</span>
        </div>
      )}
      {isThere && (
        <>
          <div className="live__figures">
            <Figure flow={flow} node={node.id} field="received" title="live.received" />
            <Figure flow={flow} node={node.id} field="emitted" title="live.emitted" />
            <Figure flow={flow} node={node.id} field="failed" title="live.failed" tone="bad" />
            <Figure flow={flow} node={node.id} field="dropped" title="live.dropped" tone="warn" />
            <Figure flow={flow} node={node.id} field="queued" title="live.queued" tone="warn" />
          </div>
          <Ports flow={flow} node={node} />
          <LastMessage flow={flow} node={node.id} />
          <Suspense>
            <Plots live={live} nodeKey={nodeKey(flow, node.id)} />
          </Suspense>
        </>
      )}
    </div>
  );
}

/** What left by each port, where there are several. */
function Ports({ flow, node }: { flow: string; node: FlowNode }) {
  const t = useT();
  const { types } = useEditor();
  const description = types.get(node.type);
  const outputs = description === undefined ? [] : outputsOf(description, node.config);
  const counts = useNodeLive(flow, node.id, (live) => live?.ports);
  const rates = useNodeLive(flow, node.id, (live) => live?.rates.ports);
  if (outputs.length < 2 || counts === undefined) return null;
  return (
    <table className="live__ports" aria-label={t("live.ports")}>
      <tbody>
        {outputs.map(({ name, title }) => {
          const rate = formatRate(rates?.[name] ?? 0);
          return (
            <tr key={name}>
              <th scope="row">{title}</th>
              <td className="number">{formatCount(counts[name] ?? 0)}</td>
              <td className="number">{rate === "" ? "" : t("rate", { rate })}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** When a message last passed, as far as this page has seen it. */
function LastMessage({ flow, node }: { flow: string; node: string }) {
  const t = useT();
  const atMs = useNodeLive(flow, node, (live) => live?.movedAtMs ?? 0);
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (atMs === 0) return null;
  const { unit, count } = age(nowMs - atMs);
  return <p className="side__hint number">{t(`live.last.${unit}`, { n: count })}</p>;
}

function Figure({
  flow,
  node,
  field,
  title,
  tone,
}: {
  flow: string;
  node: string;
  field: "received" | "emitted" | "failed" | "dropped" | "queued";
  title: MessageKey;
  tone?: "bad" | "warn";
}) {
  const t = useT();
  const count = useNodeLive(flow, node, (live) => live?.[field] ?? 0);
  const rate = useNodeLive(flow, node, (live) =>
    field === "dropped" || field === "queued" ? "" : formatRate(live?.rates[field] ?? 0),
  );
  return (
    <div className="live__figure" data-tone={count > 0 ? tone : undefined}>
      <span>{t(title)}</span>
      <strong className="number" title={String(count)}>
        {formatCount(count)}
      </strong>
      <small className="number">{rate === "" ? "" : t("rate", { rate })}</small>
    </div>
  );
}
