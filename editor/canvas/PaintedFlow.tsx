import { useComputedColorScheme } from "@mantine/core";
import { useStoreApi } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { useT } from "../i18n/messages.ts";
import { useCheck, useOverview, useTrace, useView } from "../state/editor.ts";
import type { CardNode, DrawnNode, DrawnWire } from "./drawn.ts";
import { lookOf, type Marks, paint, wirePaths } from "./paint.ts";

/** All cards and wires of a large flow seen from afar. Painted anew for each frame that moves it: cheaper than one layout. */
export function PaintedFlow({
  flow,
  nodes,
  wires,
}: {
  readonly flow: string;
  readonly nodes: readonly DrawnNode[];
  readonly wires: readonly DrawnWire[];
}) {
  const t = useT();
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi();
  const scheme = useComputedColorScheme();
  const marks = useMarks(flow);
  const picture = useMemo(() => {
    const cards = nodes.filter((node): node is CardNode => node.type === "card");
    return { cards, wires: wirePaths(nodes, wires), marks };
  }, [nodes, wires, marks]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the scheme
  const look = useMemo(() => lookOf(document.body), [scheme]);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (element === null || context === null || context === undefined) return;
    const draw = () => {
      const { transform, width, height } = store.getState();
      const [wide, high] = [width * window.devicePixelRatio, height * window.devicePixelRatio].map(Math.round);
      if (element.width !== wide) element.width = wide ?? 0;
      if (element.height !== high) element.height = high ?? 0;
      paint(context, picture, look, transform);
    };
    draw();
    let frame: number | undefined;
    const unsubscribe = store.subscribe((now, before) => {
      if (now.transform === before.transform && now.width === before.width && now.height === before.height) return;
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        draw();
      });
    });
    return () => {
      unsubscribe();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [store, picture, look]);

  return (
    <canvas ref={canvas} className="painted-flow" role="img" aria-label={t("canvas.painted", { n: nodes.length })} />
  );
}

function useMarks(flow: string): Marks {
  const problems = useCheck(({ flows }) => flows[flow]?.byNode);
  const failing = useOverview((overview) => overview.failing);
  const highlighted = useView((view) => view.highlighted);
  const visits = useTrace((trace) => trace?.visits);
  return useMemo(() => {
    const own = `${flow}/`;
    const idsOf = (keys: Iterable<string>) =>
      [...keys].filter((key) => key.startsWith(own)).map((key) => key.slice(own.length));
    const invalid = Object.entries(problems ?? {}).filter(([, list]) => list.some((each) => each.severity === "error"));
    return {
      faulty: new Set([...idsOf(failing), ...invalid.map(([id]) => id)]),
      highlighted: highlighted === undefined ? undefined : idsOf([highlighted])[0],
      traced: visits && new Set(idsOf(visits.keys())),
    };
  }, [flow, problems, failing, highlighted, visits]);
}
