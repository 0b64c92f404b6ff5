import type { Scope } from "../../contract/node.ts";
import { defineOperator } from "../../contract/operator.ts";
import { glob } from "../../points/glob.ts";
import type { Filter } from "./decision.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { consecutive } from "./kinds/consecutive.ts";
import { deadband } from "./kinds/deadband.ts";
import { duplicate } from "./kinds/duplicate.ts";
import { expression } from "./kinds/expression.ts";
import { missing } from "./kinds/missing.ts";
import { outlier } from "./kinds/outlier.ts";
import { pattern } from "./kinds/pattern.ts";
import { quality } from "./kinds/quality.ts";
import { range } from "./kinds/range.ts";
import { rateLimit } from "./kinds/rate-limit.ts";
import { rateOfChange } from "./kinds/rate-of-change.ts";
import { stale } from "./kinds/stale.ts";
import { type Mode, type Settings, settings } from "./settings.ts";

const filters: Readonly<Record<Mode, Filter>> = {
  expression,
  range,
  deadband,
  duplicate,
  rateLimit,
  rateOfChange,
  quality,
  pattern,
  null: missing,
  stale,
  outlier,
  consecutive,
};

export default defineOperator({
  type: "rule.filter",
  title: "Filter",
  summary: "Lets points through that meet a condition",
  help,
  icon: "filter",
  keywords: [
    "where",
    "range",
    "deadband",
    "duplicate",
    "dedupe",
    "throttle",
    "rate limit",
    "outlier",
    "spike",
    "quality",
  ],
  accepts: "point",
  outputs: [
    { name: "out", title: "Passed" },
    { name: "rejected", title: "Rejected" },
  ],
  config: settings,
  examples,
  line: (config) => filters[config.mode].line(config),
  scope,
  create(config, { clock, emit }) {
    const decide = filters[config.mode].create(config, { clock });
    return {
      process(point) {
        emit(point, decide(point));
      },
    };
  },
});

function scope({ mode, field, pattern: wanted = "*" }: Settings, incoming: Scope): Scope {
  if (mode !== "pattern" || field === "value") return incoming;
  const name = field === "key" ? "keys" : "devices";
  const known = incoming[name]?.filter(glob(wanted)) ?? (wanted.includes("*") ? undefined : [wanted]);
  return { ...incoming, [name]: known };
}
