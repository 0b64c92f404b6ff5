import { z } from "zod";
import type { Scope } from "../../contract/node.ts";
import { defineOperator } from "../../contract/operator.ts";
import { glob } from "../../points/glob.ts";
import { type Filter, held } from "./decision.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { consecutive } from "./kinds/consecutive.ts";
import { deadband } from "./kinds/deadband.ts";
import { duplicate } from "./kinds/duplicate.ts";
import { expression } from "./kinds/expression.ts";
import { latest } from "./kinds/latest.ts";
import { missing } from "./kinds/missing.ts";
import { outlier } from "./kinds/outlier.ts";
import { pattern } from "./kinds/pattern.ts";
import { quality } from "./kinds/quality.ts";
import { range } from "./kinds/range.ts";
import { rateLimit } from "./kinds/rate-limit.ts";
import { rateOfChange } from "./kinds/rate-of-change.ts";
import { stale } from "./kinds/stale.ts";
import { swingingDoor } from "./kinds/swinging-door.ts";
import { timeWindow } from "./kinds/time-window.ts";
import type { Mode } from "./modes.ts";
import { type Settings, settings } from "./settings.ts";

const filters: Readonly<Record<Mode, Filter>> = {
  expression,
  range,
  deadband,
  swingingDoor,
  duplicate,
  rateLimit,
  latest,
  rateOfChange,
  quality,
  pattern,
  null: missing,
  stale,
  timeWindow,
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
    "swinging door",
    "compression",
    "downsample",
    "token bucket",
    "regex",
    "schedule",
    "shift",
  ],
  accepts: "point",
  outputs: [
    { name: "out", title: "Passed" },
    { name: "rejected", title: "Rejected", switchable: true },
  ],
  config: settings,
  examples,
  line: (config) => filters[config.mode].line(config),
  scope,
  state: {
    entry: z.union(Object.values(filters).flatMap(({ saved }) => (saved === undefined ? [] : [saved]))),
    basis: (config) => [config.mode, filters[config.mode].basis?.(config) ?? null],
  },
  create(config, context) {
    const { decide, ...remembered } = filters[config.mode].create(config, context);
    const { emit } = context;
    return {
      ...remembered,
      process(point, trace) {
        const decision = decide(point, trace);
        if (decision !== held) emit(point, decision);
      },
    };
  },
});

function scope({ mode, field, pattern: wanted = "*", patternType }: Settings, incoming: Scope): Scope {
  if (mode !== "pattern" || patternType === "regex" || field === "value" || field === "tag") return incoming;
  const name = field === "key" ? "keys" : "devices";
  const known = incoming[name]?.filter(glob(wanted)) ?? (wanted.includes("*") ? undefined : [wanted]);
  return { ...incoming, [name]: known };
}
