import type { Category, NodeStatus } from "../../server/api/contract.ts";
import type { NodeLive } from "../state/live.ts";

export type ShownState = NodeStatus["state"] | "running" | "none";

/** Plugins and rules have no peer: they are not "connected", they run. */
export function shownState(live: NodeLive | undefined, category: Category | undefined): ShownState {
  if (live === undefined) return "none";
  const state = live.status?.state ?? "running";
  return state === "connected" && (category === "plugin" || category === "rule") ? "running" : state;
}
