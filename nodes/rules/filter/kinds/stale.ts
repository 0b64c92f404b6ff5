import { timestampMs } from "../../../points/timestamp.ts";
import { type Filter, rejected } from "../decision.ts";

export const stale: Filter = {
  line: ({ olderThan }) => `not older than ${olderThan / 1000} s`,
  create({ olderThan }, { clock }) {
    const old = rejected(`older than ${olderThan / 1000} s`);
    return { decide: (point) => (clock.now() - timestampMs(point) > olderThan ? old : undefined) };
  },
};
