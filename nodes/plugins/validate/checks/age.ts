import { duration } from "../../../contract/fields.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { checkSettings, defineCheck } from "../check.ts";

export const age = defineCheck({
  settings: checkSettings("age", "Age", {
    maxAge: duration({
      title: "Not older than",
      description: "By the gateway's clock.",
      placeholder: "1m",
      min: "1ms",
    }).optional(),
    maxFuture: duration({
      title: "Not ahead by more than",
      description: "A device whose clock is wrong sends times that are still to come.",
      placeholder: "5s",
    }).optional(),
  }).refine(({ maxAge, maxFuture }) => maxAge !== undefined || maxFuture !== undefined, {
    path: ["maxAge"],
    error: "set at least one of the two",
  }),
  words({ maxAge, maxFuture }) {
    const parts = [
      maxAge === undefined ? [] : [`not older than ${seconds(maxAge)}`],
      maxFuture === undefined ? [] : [`at most ${seconds(maxFuture)} ahead`],
    ];
    return parts.flat().join(", ");
  },
  create: ({ maxAge = Number.POSITIVE_INFINITY, maxFuture = Number.POSITIVE_INFINITY }, { clock }) => ({
    reason(point) {
      const ageMs = clock.now() - timestampMs(point);
      if (ageMs > maxAge) return `it is ${seconds(ageMs)} old, more than ${seconds(maxAge)}`;
      return -ageMs > maxFuture ? `its time is ${seconds(-ageMs)} ahead, more than ${seconds(maxFuture)}` : undefined;
    },
  }),
});

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
