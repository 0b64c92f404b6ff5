/** What the Debug drawer watches: whatever is selected, and what was pinned. Pure. */
import type { Tap } from "../../server/api/contract.ts";
import type { OpenFlow } from "./document.ts";
import type { Parts } from "./edits.ts";
import { isSameTap } from "./view.ts";
import { categoryOf, portOf, wireId } from "./wiring.ts";

/** Selecting half the plant must not turn the feed into a flood. */
const maxSelected = 32;

export function tapsOf(flow: OpenFlow | undefined, selection: Parts, pinned: readonly Tap[]): readonly Tap[] {
  if (flow === undefined) return pinned;
  const { nodes, wires } = flow.history.present;
  const of = (node: string, port: string): Tap => ({ flow: flow.id, node, port });
  const fromWires = wires
    .filter((wire) => selection.wires.has(wireId(wire)))
    .map((wire) => of(wire.from, portOf(wire)));
  const fromNodes = nodes
    .filter(({ id }) => selection.nodes.has(id))
    .flatMap(({ id, type }) =>
      // Nothing leaves a sink: what one wants to see there is what comes in.
      categoryOf(type) === "sink"
        ? wires.filter(({ to }) => to === id).map((wire) => of(wire.from, portOf(wire)))
        : [of(id, "")],
    );
  return unique([...pinned, ...[...fromWires, ...fromNodes].slice(0, maxSelected)]);
}

function unique(taps: readonly Tap[]): readonly Tap[] {
  return taps.filter((tap, index) => taps.findIndex((other) => isSameTap(tap, other)) === index);
}
