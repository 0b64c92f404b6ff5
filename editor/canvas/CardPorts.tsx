/** The dots that wires begin and end at, and what an input listens to that has no wire. */
import { Handle, Position } from "@xyflow/react";
import { useT } from "../i18n/messages.ts";
import { formatRate } from "../live/format.ts";
import type { CardShape } from "../state/card-geometry.ts";
import { useCheck, useNodeLive } from "../state/editor.ts";
import { rateOf } from "../state/rates.ts";

export function CardPorts({
  flow,
  node,
  shape: { inputs, outputs },
  wired,
}: {
  readonly flow: string;
  readonly node: string;
  readonly shape: CardShape;
  /** See `CardData`. */
  readonly wired: string;
}) {
  const hasLabels = outputs.filter(({ isFailed }) => !isFailed).length > 1;
  return (
    <>
      {inputs.map(({ name }) => (
        <Handle key={name} id={name} type="target" position={Position.Left} className="port port--in" />
      ))}
      {outputs.map(({ name, title, y, isFailed }) => (
        <Handle
          key={name}
          id={name}
          type="source"
          position={Position.Right}
          className={isFailed ? "port port--failed" : "port"}
          data-wired={wired.includes(` ${name} `)}
          style={{ top: y }}
        >
          {(hasLabels || isFailed) && (
            <span className="port__label">
              {title} <PortRate flow={flow} node={node} port={name} />
            </span>
          )}
        </Handle>
      ))}
    </>
  );
}

function PortRate({ flow, node, port }: { readonly flow: string; readonly node: string; readonly port: string }) {
  const t = useT();
  const rate = useNodeLive(flow, node, (live) => formatRate(live === undefined ? 0 : rateOf(live.rates, port)));
  return rate === "" ? null : <span className="number port__rate">{t("rate", { rate })}</span>;
}

export function SubjectChip({ flow, node }: { readonly flow: string; readonly node: string }) {
  const t = useT();
  const reads = useCheck(({ flows }) => flows[flow]?.nodes[node]?.reads) ?? [];
  if (reads.length === 0) return null;
  return (
    <span className="card__subject" title={t("card.listens", { subjects: reads.join(", ") })}>
      {reads[0]}
      {reads.length > 1 && ` +${reads.length - 1}`}
    </span>
  );
}
