import { Tooltip } from "@mantine/core";
import { IconAlertTriangleFilled } from "@tabler/icons-react";
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { FlowNode, NodeDescription, Problem } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { NodeIcon } from "../palette/NodeIcon.tsx";
import { cardShape } from "../state/card-geometry.ts";
import { useCheck, useDocuments, useEditor, useTrace, useView } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { categoryOf } from "../state/wiring.ts";
import { TraceMark } from "../trace/TraceMark.tsx";
import { CardPorts, SubjectChip } from "./CardPorts.tsx";
import { useDetail } from "./detail.ts";
import type { CardNode } from "./drawn.ts";
import { LiveLine } from "./LiveLine.tsx";
import "./node-card.css";

export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const detail = useDetail(id);
  return detail === "painted" ? null : <Card {...data} selected={selected} isFar={detail === "far"} />;
});

function Card({
  flow,
  node,
  changed,
  wired,
  selected,
  isFar,
}: CardNode["data"] & { readonly selected: boolean; readonly isFar: boolean }) {
  const t = useT();
  const { types } = useEditor();
  const description = types.get(node.type);
  const category = categoryOf(node.type);
  const problems = useCheck(({ flows }) => flows[flow]?.byNode[node.id]);
  const highlighted = useView((view) => view.highlighted === nodeKey(flow, node.id));
  const isTraced = useTrace((trace) => trace?.visits.has(nodeKey(flow, node.id)) ?? false);
  const shape = cardShape(description, node.config);
  return (
    <div
      className="card"
      data-category={description === undefined ? "unknown" : category}
      data-selected={selected}
      data-disabled={node.disabled === true}
      data-highlighted={highlighted}
      data-traced={isTraced}
      data-invalid={problems?.some(({ severity }) => severity === "error") ?? false}
      style={{ height: shape.height }}
    >
      <span className="card__strip">
        <NodeIcon name={description?.icon} category={description && category} size={18} />
      </span>
      <div className="card__body">
        <div className="card__head">
          <span className="card__name">{node.name === "" ? (description?.title ?? node.type) : node.name}</span>
          {problems !== undefined && <ProblemMark problems={problems} />}
          {changed && (
            <span className="card__changed" title={t("card.changed")} role="img" aria-label={t("card.changed")} />
          )}
        </div>
        {!isFar && <SmallPrint flow={flow} node={node} description={description} />}
      </div>
      {isTraced && <TraceMark flow={flow} node={node.id} />}
      {!isFar && !wired.includes(" in ") && shape.inputs.length > 0 && <SubjectChip flow={flow} node={node.id} />}
      {!isFar && <CardPorts flow={flow} node={node.id} shape={shape} wired={wired} />}
    </div>
  );
}

/** What the node does in this configuration, and how it goes. */
function SmallPrint({
  flow,
  node,
  description,
}: {
  readonly flow: string;
  readonly node: FlowNode;
  readonly description: NodeDescription | undefined;
}) {
  const t = useT();
  const line = useCheck(({ flows }) => flows[flow]?.nodes[node.id]?.line);
  const isDeployed = useDocuments(
    ({ flows }) => flows[flow]?.base?.document.nodes.some(({ id }) => id === node.id) ?? false,
  );
  const other = node.name === "" || node.name === description?.title ? description?.summary : description?.title;
  const mainPort = description?.outputsFrom === undefined ? description?.outputs[0]?.name : undefined;
  return (
    <>
      <div className="card__line">
        {description === undefined ? t("card.unknown", { type: node.type }) : line || other}
      </div>
      {node.disabled === true ? (
        <div className="card__live card__live--quiet">{t("card.disabled")}</div>
      ) : (
        <LiveLine
          flow={flow}
          node={node.id}
          category={categoryOf(node.type)}
          mainPort={mainPort}
          isDeployed={isDeployed}
        />
      )}
    </>
  );
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
