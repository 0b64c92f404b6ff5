import { type PointerEvent, useRef } from "react";

/** Changes the size of the panel behind it, by mouse or arrow keys. `orientation` is that of the line itself. */
export function Splitter({
  orientation,
  label,
  size,
  min,
  max,
  onResize,
}: {
  orientation: "horizontal" | "vertical";
  label: string;
  size: number;
  min: number;
  max: number;
  onResize: (size: number) => void;
}) {
  const start = useRef<{ readonly at: number; readonly size: number }>(null);
  const along = ({ clientX, clientY }: PointerEvent) => (orientation === "horizontal" ? clientY : clientX);
  const set = (next: number) => onResize(Math.round(Math.max(min, Math.min(max, next))));
  const [grow, shrink] = orientation === "horizontal" ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule one can move is no <hr>
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-orientation={orientation}
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: along(event), size };
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.size + start.current.at - along(event));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onKeyDown={(event) => {
        if (event.key !== grow && event.key !== shrink) return;
        event.preventDefault();
        event.stopPropagation();
        set(size + (event.key === grow ? 20 : -20));
      }}
    />
  );
}
