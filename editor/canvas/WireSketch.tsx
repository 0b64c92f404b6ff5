import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { cardHeightPx, cardWidthPx } from "../state/new-node.ts";
import type { DrawnNode, DrawnWire } from "./drawn.ts";
import { sketch } from "./sketch.ts";
import "./wire-edge.css";

/** The wires of a large flow seen from far away: a few paths instead of thousands of elements to lay out and composite. */
export function WireSketch({
  nodes,
  wires,
}: {
  readonly nodes: readonly DrawnNode[];
  readonly wires: readonly DrawnWire[];
}) {
  const paths = useMemo(() => {
    const places = new Map(nodes.map(({ id, position }) => [id, position]));
    return sketch(wires, places, { width: cardWidthPx, height: cardHeightPx });
  }, [nodes, wires]);
  return (
    <ViewportPortal>
      <svg className="wire-sketch" aria-hidden>
        {[...paths].map(([carries, path]) => (
          <g key={carries} className="wire" data-carries={carries}>
            <path className="react-flow__edge-path" d={path} />
          </g>
        ))}
      </svg>
    </ViewportPortal>
  );
}
