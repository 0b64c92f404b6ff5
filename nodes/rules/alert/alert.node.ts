import { outPort } from "../../contract/describe.ts";
import { defineOperator } from "../../contract/operator.ts";
import { alerting } from "./alerting.ts";
import { type AlertConfig, alertConfig } from "./config.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { selected } from "./selection.ts";

export default defineOperator({
  type: "rule.alert",
  title: "Alert",
  summary: "Raises an alert when a condition becomes true, and clears it",
  help,
  icon: "bell-ringing",
  keywords: ["alarm", "limit", "threshold", "hysteresis", "deadband", "delay", "notify", "warning", "critical"],
  accepts: "point",
  outputs: [
    { ...outPort, title: "Raised" },
    { name: "cleared", title: "Cleared" },
  ],
  config: alertConfig,
  examples,
  line: describe,
  scope: selected,
  publishes: ({ level, category }) =>
    [level, category].flatMap((name) => (name === undefined ? [] : [`iot.alerts.${name}.*`])),
  create: alerting,
});

function describe({ keys, condition, onDelay, level }: AlertConfig): string {
  const of = keys.length === 0 ? "" : `${keys.join(", ")}: `;
  const lasting = onDelay === 0 ? "" : ` for ${onDelay < 1_000 ? `${onDelay} ms` : `${onDelay / 1_000} s`}`;
  return `${of}${condition}${lasting} → ${level}`;
}
