/** Points that come after a newer one of their series. */
import type { Emission } from "../../contract/operator.ts";
import { rejected } from "./decision.ts";
import type { Settings } from "./settings.ts";

/** Further back, a device's clock was set back, or it sends what it saved up: its points are compared with each other. */
const setBackMs = 3_600_000;

export function isLate(atMs: number, newestMs: number): boolean {
  return atMs < newestMs && newestMs - atMs < setBackMs;
}

/** How a late point leaves. One that passes is told apart by its reason. */
export function lateEmission({ late }: Settings): Emission {
  const reason = "late: older than the last one";
  return late === "pass" ? { reason } : rejected(reason);
}
