import { memo } from "react";
import type { Category } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { formatCount, formatRate, glance } from "../live/format.ts";
import { type ShownState, shownState } from "../live/shown-state.ts";
import { useEditor, useNodeLive } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { type Rates, rateOf } from "../state/rates.ts";

function rateShown(rates: Rates, isSink: boolean, mainPort: string | undefined): number {
  if (isSink) return rates.received;
  return mainPort === undefined ? rates.emitted : rateOf(rates, mainPort);
}

/** A reading of several values names them itself. */
function nameOf(last: { readonly key: string; readonly value: unknown } | undefined): string {
  return last === undefined || typeof last.value === "object" ? "" : last.key;
}

/**
 * The lowest line of a card: status, rate, and the last value or what is wrong. Apart from the card, so that a moving
 * value draws this line and nothing else; each part reads text, so that what looks the same is not drawn at all.
 */
export const LiveLine = memo(function LiveLine({
  flow,
  node,
  category,
  mainPort,
  isDeployed,
}: {
  flow: string;
  node: string;
  category: Category | undefined;
  /** The port whose rate stands for the node, since what a filter rejects is not what it puts out; `undefined`: all. */
  mainPort: string | undefined;
  isDeployed: boolean;
}) {
  const isSink = category === "sink";
  const t = useT();
  const { view } = useEditor();
  const state = useNodeLive(flow, node, (live): ShownState => shownState(live, category));
  const detail = useNodeLive(flow, node, (live) => live?.status?.detail ?? "");
  const rate = useNodeLive(flow, node, (live) =>
    formatRate(live === undefined ? 0 : rateShown(live.rates, isSink, mainPort)),
  );
  const key = useNodeLive(flow, node, (live) => nameOf(live?.last));
  const value = useNodeLive(flow, node, (live) => (live?.last === undefined ? "" : glance(live.last.value)));
  const queued = useNodeLive(flow, node, (live) => formatCount(live?.queued ?? 0));
  const lost = useNodeLive(flow, node, (live) => formatCount(live?.dropped ?? 0));
  const failed = useNodeLive(flow, node, (live) => formatCount(live?.failed ?? 0));

  if (!isDeployed) return <div className="card__live card__live--quiet">{t("card.undeployed")}</div>;
  const isTrouble = state === "failed" || state === "degraded";
  const words = detail === "" ? t(`state.${state}`) : `${t(`state.${state}`)}: ${detail}`;
  return (
    <div className="card__live">
      <span className="card__status" data-state={state} title={words} role="img" aria-label={words} />
      <span className="number card__rate" title={isSink ? t("card.rateIn") : t("card.rateOut")}>
        {rate !== "" && !isTrouble ? t("rate", { rate }) : (isTrouble || value === "") && t(`state.${state}`)}
      </span>
      {queued !== "0" && (
        <span className="number card__count card__count--warn" title={t("card.queued", { n: queued })}>
          {t("card.queuedShort", { n: queued })}
        </span>
      )}
      {lost !== "0" && (
        <span className="number card__count card__count--warn" title={t("card.dropped", { n: lost })}>
          {t("card.droppedShort", { n: lost })}
        </span>
      )}
      {failed !== "0" && !isSink && (
        <span className="number card__count card__count--bad" title={t("card.failed", { n: failed })}>
          {t("card.failedShort", { n: failed })}
        </span>
      )}
      {failed !== "0" && isSink && (
        <button
          type="button"
          className="number card__count card__count--bad card__letters nodrag"
          title={t("letters.ofNode", { n: failed })}
          aria-label={t("letters.ofNode", { n: failed })}
          onClick={() => view.showLetters(nodeKey(flow, node))}
        >
          {t("card.failedShort", { n: failed })}
        </button>
      )}
      {isTrouble && detail !== "" ? (
        <span className="card__trouble" title={detail}>
          {detail}
        </span>
      ) : (
        value !== "" && (
          <span className="card__value" title={key === "" ? value : `${key} = ${value}`}>
            {key !== "" && <span className="card__key">{key}</span>}
            <span className="number">{value}</span>
          </span>
        )
      )}
    </div>
  );
});
