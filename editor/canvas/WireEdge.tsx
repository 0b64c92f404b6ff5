import { IconEye, IconHourglass } from "@tabler/icons-react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { formatCount, formatRate } from "../live/format.ts";
import { useDocuments, useNodeLive, useTrace, useView } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { rateOf } from "../state/rates.ts";
import { isSameTap } from "../state/view.ts";
import type { DrawnWire, WireData } from "./drawn.ts";
import "./wire-edge.css";

const detached: WireData = {
  flow: "",
  from: "",
  port: "out",
  to: "",
  carries: undefined,
  idle: true,
};

/** Thickness in steps, so that a rate that wavers does not draw the wire again. */
function busyness(perSecond: number): number {
  return perSecond < 0.05 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(perSecond + 1)));
}

export const WireEdge = memo(function WireEdge({
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourcePosition,
  targetPosition,
  selected,
  data = detached,
}: EdgeProps<DrawnWire>) {
  const t = useT();
  const [hovered, setHovered] = useState(false);
  const { flow, from, port, to, carries, idle } = data;
  const level = useRate(data, busyness);
  const queued = useNodeLive(flow, to, (live) => live?.queued ?? 0);
  const pinned = useView((view) => view.pinned.some((tap) => isSameTap(tap, { flow, node: from, port })));
  const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  const isTraced = useTrace(
    (trace) =>
      trace?.visits.has(nodeKey(flow, to)) === true &&
      trace.visits.get(nodeKey(flow, from))?.outputs.some((step) => step.port === port) === true,
  );
  const waits = queued > 0 && !idle;
  // With several chosen, their labels would cover the cards.
  const alone = useDocuments(({ selection }) => selection.wires.size === 1 && selection.nodes.size === 0);
  const told = selected === true && alone;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only a label appears; the wire itself takes focus around this
    <g
      className="wire"
      data-carries={port === "failed" ? "failed" : carries}
      data-level={idle ? 0 : level}
      data-idle={idle}
      data-selected={selected}
      data-waits={waits}
      data-traced={isTraced}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
    >
      <path className="wire__halo" d={path} />
      <BaseEdge path={path} interactionWidth={22} />
      {(hovered || told || waits || pinned) && (
        <EdgeLabelRenderer>
          <div
            className="wire__label"
            data-waits={waits}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {(told || pinned) && <IconEye size={12} aria-label={t("wire.tapped")} />}
            {waits && (
              <>
                <IconHourglass size={11} aria-hidden />
                <span className="number" title={t("card.queued", { n: queued })}>
                  {formatCount(queued)}
                </span>
              </>
            )}
            {(hovered || told) && <WireRate data={data} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

function WireRate({ data }: { data: WireData }) {
  const t = useT();
  const rate = useRate(data, (perSecond) => formatRate(perSecond) || "0");
  const what = data.port === "failed" ? t("carries.failed") : data.carries && t(`carries.${data.carries}`);
  return (
    <span className="number">
      {`${t("rate", { rate })} `}
      <span className="wire__what">{what}</span>
    </span>
  );
}

/** Messages a second that leave the source by the wire's port. */
function useRate<Slice>({ flow, from, port }: WireData, read: (perSecond: number) => Slice): Slice {
  return useNodeLive(flow, from, (live) => read(live === undefined ? 0 : rateOf(live.rates, port)));
}
