import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useT } from "../i18n/messages.ts";
import type { Live } from "../state/live.ts";
import type { Series } from "../state/rates.ts";
import { formatRate, formatValue } from "./format.ts";

const palette = ["--plugin", "--adapter", "--sink", "--rule", "--good", "--bad", "--warn-mark", "--unknown"];
const drawEveryMs = 250;

/** Recent values by series, and the rate, of one node. */
export function Plots({ live, nodeKey }: { live: Live; nodeKey: string }) {
  const t = useT();
  const scheme = useComputedColorScheme("light");
  return (
    <>
      <Plot
        key={`values-${nodeKey}-${scheme}`}
        title={t("live.values")}
        emptyText={t("live.noValues")}
        read={() => live.history(nodeKey).values}
        format={formatValue}
      />
      <Plot
        key={`rate-${nodeKey}-${scheme}`}
        title={t("live.rate")}
        emptyText={t("live.noValues")}
        read={() => {
          const { rate } = live.history(nodeKey);
          return new Map(rate === undefined ? [] : [["msg/s", rate]]);
        }}
        format={(value) => formatRate(value) || "0"}
        fromZero
      />
    </>
  );
}

/** Draws at its own pace, outside of React: a plot that moves makes no component render. */
function Plot({
  title,
  emptyText,
  read,
  format,
  fromZero = false,
}: {
  title: string;
  emptyText: string;
  read: () => ReadonlyMap<string, Series>;
  format: (value: number) => string;
  fromZero?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const reader = useRef(read);
  reader.current = read;
  const formatter = useRef(format);
  formatter.current = format;
  useEffect(() => {
    const target = box.current;
    if (target === null) return;
    let plot: uPlot | undefined;
    let drawn = "";
    const draw = () => {
      const series = reader.current();
      const names = [...series.keys()];
      target.dataset["empty"] = String(names.length === 0);
      if (names.length === 0) return;
      if (plot === undefined || drawn !== names.join("\n")) {
        plot?.destroy();
        plot = new uPlot(
          optionsFor(target, names, (value) => formatter.current(value), fromZero),
          aligned(series),
          target,
        );
        drawn = names.join("\n");
      } else plot.setData(aligned(series));
      // Without the mouse over the plot, the legend tells the newest values.
      if (!isPointedAt(plot)) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
    };
    draw();
    const timer = setInterval(draw, drawEveryMs);
    const resized = new ResizeObserver(() => plot?.setSize({ width: target.clientWidth, height: heightPx }));
    resized.observe(target);
    return () => {
      clearInterval(timer);
      resized.disconnect();
      plot?.destroy();
    };
  }, [fromZero]);
  return (
    <figure className="live__plot">
      <figcaption>{title}</figcaption>
      <div ref={box} className="live__canvas" data-empty-text={emptyText} />
    </figure>
  );
}

const heightPx = 150;

function optionsFor(
  target: HTMLElement,
  names: readonly string[],
  format: (value: number) => string,
  fromZero: boolean,
): uPlot.Options {
  const style = getComputedStyle(target);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `10.5px ${style.fontFamily}`;
  const axis = {
    stroke: color("--text-dim"),
    font,
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: target.clientWidth,
    height: heightPx,
    padding: [8, 4, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    legend: { show: true, live: true },
    scales: { y: { range: (_, min, max) => paddedRange(min, max, fromZero) } },
    axes: [
      { ...axis, size: 26, space: 70, values: (_, times) => times.map((seconds) => clock(seconds)) },
      { ...axis, size: 46, gap: 3, space: 28, values: (_, values) => values.map((value) => format(value)) },
    ],
    series: [
      { value: (_, seconds) => (seconds === null ? "" : clock(seconds)) },
      ...names.map((label, index) => ({
        label,
        stroke: color(palette[index % palette.length] ?? "--plugin"),
        width: 1.5,
        spanGaps: true,
        points: { size: 4 },
        value: (plot: uPlot, value: number | null, series: number) => {
          const shown = value ?? (isPointedAt(plot) ? null : lastOf(plot.data[series]));
          return shown === null ? "" : format(shown);
        },
      })),
    ],
  };
}

function isPointedAt({ cursor }: uPlot): boolean {
  return cursor.idx !== null && cursor.idx !== undefined;
}

/** Series that share an axis have gaps where others have points. */
function lastOf(values: uPlot.AlignedData[number] | undefined): number | null {
  return [...(values ?? [])].findLast((value) => value !== null && value !== undefined) ?? null;
}

function paddedRange(min: number | null, max: number | null, fromZero: boolean): [number, number] {
  if (min === null || max === null) return [0, 1];
  const low = fromZero ? Math.min(0, min) : min;
  const room = max === low ? Math.max(Math.abs(max) * 0.1, 1) : (max - low) * 0.1;
  return [fromZero ? low : low - room, max + room];
}

function clock(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString(undefined, { hour12: false });
}

/** Series with times of their own onto one time axis, as uPlot wants them. */
function aligned(series: ReadonlyMap<string, Series>): uPlot.AlignedData {
  const tables = [...series.values()].map(
    ({ times, values }): uPlot.AlignedData => [times.map((ms) => ms / 1_000), [...values]],
  );
  return uPlot.join(tables);
}
