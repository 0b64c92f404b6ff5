import { CopyButton, Tooltip } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { memo, useRef } from "react";
import { useT } from "../i18n/messages.ts";
import { oneLine, visible } from "./display-text.ts";
import { JsonTree } from "./JsonTree.tsx";
import { LongText } from "./LongText.tsx";
import { SeriesPlot } from "./SeriesPlot.tsx";
import type { DebugEntry } from "./samples.ts";
import type { Series } from "./series.ts";
import { summaryOf } from "./summary.ts";
import { timeText } from "./time-text.ts";

export interface DebugRowProps {
  readonly entry: DebugEntry;
  readonly name: string;
  readonly open: boolean;
  /** The plot of an open row whose value is a number. */
  readonly series: Series | undefined;
  onToggle(id: number, element: HTMLElement): void;
  onHover(flow: string, node: string | null): void;
  onLocate(flow: string, node: string): void;
  onTrace(entry: DebugEntry): void;
}

/** One message or error: a line, and all of it when opened. Drawn again only when something about it changes. */
export const DebugRow = memo(function DebugRow(props: DebugRowProps) {
  const { entry, name, open, onToggle, onHover, onLocate, onTrace } = props;
  const t = useT();
  const { device, key, value } = summaryOf(entry);
  const { traceId } = entry;
  const row = useRef<HTMLDivElement>(null);
  const toggle = () => row.current !== null && onToggle(entry.id, row.current);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only shows which node it came from; the keyboard has that too
    <div
      ref={row}
      className="debug__entry"
      data-kind={entry.kind}
      data-open={open || undefined}
      onMouseEnter={() => onHover(entry.flow, entry.node)}
      onMouseLeave={() => onHover(entry.flow, null)}
      onFocus={() => onHover(entry.flow, entry.node)}
      onBlur={() => onHover(entry.flow, null)}
    >
      <div className="debug__line">
        <button type="button" className="debug__time" aria-expanded={open} onClick={toggle}>
          <IconChevronRight size={12} className="debug__chevron" data-open={open || undefined} aria-hidden />
          {timeText(entry.atMs)}
        </button>
        <button
          type="button"
          className="debug__node"
          title={t("debug.locate", { node: name })}
          onClick={() => onLocate(entry.flow, entry.node)}
        >
          {name}
        </button>
        {entry.kind === "message" && entry.port !== "out" && entry.port !== "" ? (
          <span className="debug__port" data-port={entry.port}>
            {entry.port}
          </span>
        ) : null}
        <button type="button" className="debug__one-line" tabIndex={-1} onClick={toggle}>
          {device === "" ? null : <bdi className="debug__device">{oneLine(device, 60)}</bdi>}
          {key === "" ? null : <bdi className="debug__key">{oneLine(key, 60)}</bdi>}
          <bdi className="debug__value">{oneLine(value, 300)}</bdi>
        </button>
        {traceId === undefined || traceId === "" ? null : (
          <button type="button" className="debug__trace" title={t("debug.follow")} onClick={() => onTrace(entry)}>
            {oneLine(traceId, 8).replace("…", "")}
          </button>
        )}
      </div>
      {open ? <Detail {...props} /> : null}
    </div>
  );
});

function Detail({ entry, series }: DebugRowProps) {
  const t = useT();
  if (entry.kind === "error")
    return (
      <div className="debug__detail">
        <p>
          <LongText text={entry.message} limit={4_000} />
        </p>
        <p className="debug__quiet">{visible(entry.type)}</p>
      </div>
    );
  const { payload } = summaryOf(entry);
  return (
    <div className="debug__detail">
      {series === undefined ? null : <SeriesPlot series={series} />}
      {payload === undefined ? (
        <p className="debug__raw">
          <LongText text={entry.text} limit={2_000} />
        </p>
      ) : (
        <JsonTree value={payload} />
      )}
      {entry.truncated ? <p className="debug__quiet">{t("debug.cutOnTheWay")}</p> : null}
      <CopyButton value={entry.text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("debug.copied") : t("debug.copyMessage")}>
            <button type="button" className="debug__more" onClick={copy}>
              {copied ? t("debug.copied") : t("debug.copyMessage")}
            </button>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
