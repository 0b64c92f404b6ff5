import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useT } from "../i18n/messages.ts";
import type { Series } from "./series.ts";

const size = { width: 360, height: 84 };

/** A small plot of the values around a message. */
export function SeriesPlot({ series }: { readonly series: Series }) {
  const t = useT();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const first = useRef(series);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const color = (name: string) => getComputedStyle(element).getPropertyValue(name);
    const axis = {
      stroke: color("--text-dim"),
      grid: { stroke: color("--line"), width: 1 },
      ticks: { show: false },
      font: "10px sans-serif",
    };
    const made = new uPlot(
      {
        ...size,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        axes: [
          { ...axis, size: 20, space: 70 },
          { ...axis, size: 44, space: 24 },
        ],
        series: [{}, { stroke: color("--accent"), width: 1.5, points: { show: false } }],
      },
      dataOf(first.current),
      element,
    );
    plot.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => plot.current?.setData(dataOf(series)), [series]);
  return <div ref={place} role="img" aria-label={t("debug.series", { series: series.name })} className="debug__plot" />;
}

function dataOf({ times, values }: Series): uPlot.AlignedData {
  return [[...times], [...values]];
}
