/** Many wires as one path for each thing they carry. Pure. */
import type { Place } from "../state/edits.ts";
import type { DrawnWire } from "./drawn.ts";

/** Wires below this number are drawn one by one, however far away: each can then be pointed at. */
export const sketchedFrom = 300;

/** By what they carry; from the right side of one card to the left side of the next, at half height. */
export function sketch(
  wires: readonly Pick<DrawnWire, "source" | "target" | "data">[],
  places: ReadonlyMap<string, Place>,
  card: { readonly width: number; readonly height: number },
): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { source, target, data } of wires) {
    const from = places.get(source);
    const to = places.get(target);
    if (from === undefined || to === undefined) continue;
    const carries = data?.port === "failed" ? "failed" : (data?.carries ?? "");
    const [x1, y1, x2, y2] = [from.x + card.width, from.y + card.height / 2, to.x, to.y + card.height / 2];
    const bend = Math.max(40, Math.abs(x2 - x1) / 2);
    const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
    paths.set(carries, (paths.get(carries) ?? "") + path);
  }
  return paths;
}
