import { outPort } from "../../contract/describe.ts";
import { defineOperator } from "../../contract/operator.ts";
import { alerting } from "./alerting.ts";
import { type AlertConfig, alertConfig, type Kind } from "./config.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { savedEntry } from "./saved.ts";
import { selected } from "./selection.ts";

export default defineOperator({
  type: "rule.alert",
  title: "Alert",
  summary: "Alarms: limits, deviation, rate, states, silence, bad quality or a condition",
  help,
  icon: "bell-ringing",
  keywords: [
    "alarm",
    "limit",
    "threshold",
    "hihi",
    "lolo",
    "hysteresis",
    "deadband",
    "deviation",
    "setpoint",
    "rate of change",
    "no data",
    "offline",
    "acknowledge",
    "shelve",
    "latch",
    "delay",
    "notify",
    "warning",
    "critical",
    "ISA-18.2",
  ],
  accepts: "point",
  outputs: [
    { ...outPort, title: "Raised" },
    { name: "cleared", title: "Cleared" },
    { name: "operated", title: "Operated" },
  ],
  config: alertConfig,
  examples,
  line: describe,
  scope: selected,
  publishes: ({ kind, level, severeLevel, hihi, lolo, category }) => {
    const hasSevere = kind === "limits" && (hihi ?? lolo) !== undefined;
    const names = new Set([level, ...(hasSevere ? [severeLevel] : []), ...(category === undefined ? [] : [category])]);
    return [...names].map((name) => `iot.alerts.${name}.*`);
  },
  // A limit that is moved must end what it raised, so nothing else makes it begin anew.
  state: { entry: savedEntry, basis: ({ kind }) => ({ kind }) },
  create: alerting,
});

function describe(config: AlertConfig): string {
  const { keys, onDelay, level } = config;
  const of = keys.length === 0 ? "" : `${keys.join(", ")}: `;
  const lasting = onDelay === 0 ? "" : ` for ${shortTime(onDelay)}`;
  return `${of}${causes[config.kind](config)}${lasting} → ${level}`;
}

const causes: Readonly<Record<Kind, (config: AlertConfig) => string>> = {
  expression: ({ condition = "" }) => condition,
  limits: (config) =>
    (["hihi", "hi", "lo", "lolo"] as const)
      .flatMap((name) => (config[name] === undefined ? [] : [`${name.startsWith("h") ? ">" : "<"} ${config[name]}`]))
      .join(", "),
  deviation: ({ maxDeviation, setpoint }) => `more than ${maxDeviation} off ${setpoint}`,
  rate: ({ maxRate, ratePer }) => `change > ${maxRate} per ${shortTime(ratePer)}`,
  discrete: ({ discrete, states }) => `${discrete === "is" ? "is" : "is not"} ${states.join(", ")}`,
  noData: ({ timeout }) => `no data for ${shortTime(timeout)}`,
  badQuality: () => "bad quality",
};

function shortTime(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}
