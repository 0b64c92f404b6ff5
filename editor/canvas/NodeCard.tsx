import { Tooltip } from "@mantine/core";
import { IconAlertTriangleFilled } from "@tabler/icons-react";
import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import type { Port, Problem } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { formatRate } from "../live/format.ts";
import { NodeIcon } from "../palette/NodeIcon.tsx";
import { useCheck, useDocuments, useEditor, useNodeLive, useTrace, useView } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { outputsOf } from "../state/ports.ts";
import { rateOf } from "../state/rates.ts";
import { categoryOf } from "../state/wiring.ts";
import { TraceMark } from "../trace/TraceMark.tsx";
import type { CardNode } from "./drawn.ts";
import { LiveLine } from "./LiveLine.tsx";
import "./node-card.css";

const unknownPorts = { inputs: [{ name: "in", title: "" }], outputs: [{ name: "out", title: "" }] };

/** So many ports fit beside a card; with more it grows. */
const portsOnCard = 5;
const portPx = 15;

export const NodeCard = memo(function NodeCard({
  data: { flow, node, changed, wired },
  selected,
}: NodeProps<CardNode>) {
  const t = useT();
  const { types } = useEditor();
  const description = types.get(node.type);
  const category = categoryOf(node.type);
  const problems = useCheck(({ flows }) => flows[flow]?.byNode[node.id]);
  const line = useCheck(({ flows }) => flows[flow]?.nodes[node.id]?.line);
  const reads = useCheck(({ flows }) => flows[flow]?.nodes[node.id]?.reads);
  const isDeployed = useDocuments(
    ({ flows }) => flows[flow]?.base?.document.nodes.some(({ id }) => id === node.id) ?? false,
  );
  const highlighted = useView((view) => view.highlighted === nodeKey(flow, node.id));
  const isTraced = useTrace((trace) => trace?.visits.has(nodeKey(flow, node.id)) ?? false);
  const { inputs } = description ?? unknownPorts;
  const outputs = description === undefined ? unknownPorts.outputs : outputsOf(description, node.config);
  const regular = outputs.filter(({ name }) => name !== "failed");
  const isWired = (port: string) => wired.includes(` ${port} `);
  const name = node.name === "" ? (description?.title ?? node.type) : node.name;

  return (
    <div
      className="card"
      data-category={description === undefined ? "unknown" : category}
      data-selected={selected}
      data-disabled={node.disabled === true}
      data-highlighted={highlighted}
      data-traced={isTraced}
      data-invalid={problems?.some(({ severity }) => severity === "error") ?? false}
      {...(regular.length > portsOnCard ? { style: { height: (regular.length + 1) * portPx } } : {})}
    >
      <span className="card__strip">
        <NodeIcon name={description?.icon} category={description && category} size={18} />
      </span>
      <div className="card__body">
        <div className="card__head">
          <span className="card__name">{name}</span>
          {problems !== undefined && <ProblemMark problems={problems} />}
          {changed && (
            <span className="card__changed" title={t("card.changed")} role="img" aria-label={t("card.changed")} />
          )}
        </div>
        <div className="card__line">
          {description === undefined
            ? t("card.unknown", { type: node.type })
            : line || (name === description.title ? description.summary : description.title)}
        </div>
        {node.disabled === true ? (
          <div className="card__live card__live--quiet">{t("card.disabled")}</div>
        ) : (
          <LiveLine
            flow={flow}
            node={node.id}
            category={category}
            mainPort={description?.outputsFrom === undefined ? outputs[0]?.name : undefined}
            isDeployed={isDeployed}
          />
        )}
      </div>
      {inputs.map(({ name: port }) => (
        <Handle key={port} id={port} type="target" position={Position.Left} className="port port--in" />
      ))}
      {inputs.length > 0 && !isWired("in") && reads !== undefined && reads.length > 0 && (
        <span className="card__subject" title={t("card.listens", { subjects: reads.join(", ") })}>
          {reads[0]}
          {reads.length > 1 && ` +${reads.length - 1}`}
        </span>
      )}
      {isTraced && <TraceMark flow={flow} node={node.id} />}
      <Outputs flow={flow} node={node.id} outputs={outputs} regular={regular} isWired={isWired} />
    </div>
  );
});

function Outputs({
  flow,
  node,
  outputs,
  regular,
  isWired,
}: {
  flow: string;
  node: string;
  outputs: readonly Port[];
  regular: readonly Port[];
  isWired: (port: string) => boolean;
}) {
  const update = useUpdateNodeInternals();
  const names = outputs.map(({ name }) => name).join(" ");
  const known = useRef(names);
  // React Flow remembers where handles are, and has to be told when others take their place. Not at first: it measures
  // new cards by itself, and being told before that keeps it from bringing the flow into view.
  useEffect(() => {
    if (known.current !== names) update(node);
    known.current = names;
  }, [update, node, names]);
  const hasLabels = regular.length > 1;
  return outputs.map(({ name, title }) => {
    const at = regular.findIndex((port) => port.name === name);
    const isFailed = at === -1;
    const top = isFailed ? undefined : `${((at + 1) / (regular.length + 1)) * 100}%`;
    return (
      <Handle
        key={name}
        id={name}
        type="source"
        position={Position.Right}
        className={isFailed ? "port port--failed" : "port"}
        data-wired={isWired(name)}
        {...(top === undefined ? {} : { style: { top } })}
      >
        {(hasLabels || isFailed) && (
          <span className="port__label">
            {title} <PortRate flow={flow} node={node} port={name} />
          </span>
        )}
      </Handle>
    );
  });
}

function PortRate({ flow, node, port }: { flow: string; node: string; port: string }) {
  const t = useT();
  const rate = useNodeLive(flow, node, (live) => formatRate(live === undefined ? 0 : rateOf(live.rates, port)));
  return rate === "" ? null : <span className="number port__rate">{t("rate", { rate })}</span>;
}

function ProblemMark({ problems }: { problems: readonly Problem[] }) {
  const t = useT();
  const severity = problems.some((problem) => problem.severity === "error") ? "error" : "warning";
  return (
    <Tooltip
      openDelay={100}
      label={problems.map(({ message, path = [] }) => (
        <div key={message}>{path.length === 0 ? message : `${path.join(".")}: ${message}`}</div>
      ))}
    >
      <span
        className="card__problem"
        data-severity={severity}
        role="img"
        aria-label={t("card.problems", { n: problems.length })}
      >
        <IconAlertTriangleFilled size={13} />
      </span>
    </Tooltip>
  );
}
