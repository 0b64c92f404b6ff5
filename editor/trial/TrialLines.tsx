import { IconAlertTriangle, IconChevronRight, IconRoute } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import type { FlowDocument } from "../../server/api/contract.ts";
import { oneLine } from "../debug/display-text.ts";
import { JsonTree } from "../debug/JsonTree.tsx";
import { useT } from "../i18n/messages.ts";
import { durationText } from "./duration.ts";
import { nodeName } from "./node-name.ts";
import type { Line } from "./outcome.ts";

interface Props {
  readonly document: FlowDocument;
  readonly lines: readonly Line[];
  readonly captured: readonly string[];
  onFollow(traceId: string): void;
}

/** Messages and errors in the order in which they happened; each opens. */
export function TrialLines({ document, lines, captured, onFollow }: Props) {
  const t = useT();
  const viewport = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => 26,
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 10,
  });
  const toggle = (id: number) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <div ref={viewport} className="trial__lines" tabIndex={0}>
      {lines.length === 0 && <p className="trial__empty">{t("trial.nothing")}</p>}
      <ul aria-label={t("trial.messages")} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          return line === undefined ? null : (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="trial__row"
              style={{ transform: `translateY(${start}px)` }}
            >
              <LineView
                line={line}
                name={nodeName(document, line.node)}
                isCaptured={captured.includes(line.node)}
                isOpen={open.has(line.id)}
                onToggle={() => toggle(line.id)}
                onFollow={onFollow}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface LineProps {
  readonly line: Line;
  readonly name: string;
  readonly isCaptured: boolean;
  readonly isOpen: boolean;
  onToggle(): void;
  onFollow(traceId: string): void;
}

function LineView({ line, name, isCaptured, isOpen, onToggle, onFollow }: LineProps) {
  const t = useT();
  const head = (
    <>
      <span className="trial__time number">{durationText(line.atMs)}</span>
      <span className="trial__who">{name}</span>
    </>
  );
  if (line.kind === "error")
    return (
      <div className="trial__head" data-is="bad">
        <IconAlertTriangle size={12} aria-hidden />
        {head}
        <span className="trial__value">
          <strong>{line.type}</strong> {oneLine(line.message, 400)}
        </span>
      </div>
    );
  const { device, key, value } = headline(line.message);
  return (
    <>
      <div className="trial__head">
        <button type="button" className="trial__open" aria-expanded={isOpen} onClick={onToggle}>
          <IconChevronRight size={12} data-open={isOpen} aria-hidden />
          {head}
          <span className="trial__port">{line.port === "in" && isCaptured ? t("trial.would") : line.port}</span>
          <span className="trial__value">
            {device !== "" && (
              <>
                <bdi>{device}</bdi> · <bdi>{key}</bdi> ={" "}
              </>
            )}
            <code>{value}</code>
          </span>
        </button>
        <button
          type="button"
          className="trial__follow"
          aria-label={t("trial.follow")}
          title={t("trial.follow")}
          onClick={() => onFollow(line.traceId)}
        >
          <IconRoute size={13} aria-hidden />
        </button>
      </div>
      {isOpen && <JsonTree value={line.message} />}
    </>
  );
}

function headline(message: unknown): { readonly device: string; readonly key: string; readonly value: string } {
  const fields = typeof message === "object" && message !== null ? (message as Readonly<Record<string, unknown>>) : {};
  const content = "value" in fields ? fields["value"] : "payload" in fields ? fields["payload"] : message;
  const isNamed = typeof fields["device_id"] === "string" && content !== message;
  return {
    device: isNamed ? oneLine(String(fields["device_id"]), 60) : "",
    key: isNamed ? oneLine(String(fields["key"] ?? fields["protocol"] ?? ""), 60) : "",
    value: oneLine(typeof content === "string" ? content : (JSON.stringify(content) ?? ""), 300),
  };
}
