import { outPort } from "../../contract/describe.ts";
import type { Scope } from "../../contract/node.ts";
import { defineOperator } from "../../contract/operator.ts";
import { aggregating } from "./aggregating.ts";
import { examples } from "./examples.ts";
import { needsOf } from "./functions.ts";
import { savedGroup } from "./group.ts";
import { help } from "./help.ts";
import { windowKind } from "./kinds.ts";
import { type Settings, settings } from "./settings.ts";

export default defineOperator({
  type: "rule.aggregate",
  title: "Aggregate",
  summary: "Averages, minima, percentiles … of points over a window",
  help,
  icon: "chart-histogram",
  keywords: [
    "window",
    "average",
    "mean",
    "sum",
    "count",
    "percentile",
    "standard deviation",
    "downsample",
    "tumbling",
    "sliding",
    "session",
    "integral",
    "statistics",
  ],
  accepts: "point",
  outputs: [
    { ...outPort, title: "Results" },
    { name: "late", title: "Late" },
  ],
  config: settings,
  examples,
  line: describe,
  scope,
  publishes: () => ["iot.aggregated.*.*"],
  state: { entry: savedGroup, basis },
  create: aggregating,
});

function describe(config: Settings): string {
  const names = [...config.functions, ...config.percentiles.map((p) => `p${p}`)].join(", ");
  const [grouped] = [config.groupBy.includes("device") ? "device" : config.groupBy[0], ...config.groupTags];
  const by = grouped ?? config.groupTags[0];
  return `${names} ${windowKind(config).line}${by === undefined ? " of all" : ` per ${by}`}`;
}

function scope({ groupBy, outputKey }: Settings, incoming: Scope): Scope {
  return {
    devices: groupBy.includes("device") ? incoming.devices : undefined,
    keys: groupBy.includes("key") && outputKey === undefined ? incoming.keys : undefined,
  };
}

/** What the tallies depend on. The rest can change in the middle of a window. */
function basis(config: Settings): unknown {
  const { functions, percentiles, lateness, idleTimeout, maxFuture, empty, maxGroups, ...rest } = config;
  const { outputKey, stamp, outlierThreshold, integralPer, keptValues, ...tallied } = rest;
  const needs = needsOf(functions, percentiles);
  return { ...tallied, byOrder: needs.has("order"), values: needs.has("values") ? keptValues : 0 };
}
