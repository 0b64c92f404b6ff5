/** Every subject of the gateway and what is on it. The one place where a subject is spelled. Pure. */

import type { Command } from "../../nodes/contract/connector.ts";
import type { Aggregate, Alert, AlertLevel, Point, Protocol, Raw } from "../../nodes/contract/point.ts";
import type { CommandReply, DeadLetter, ErrorReport, HealthReport, PerformanceReport, RuleResult } from "./payloads.ts";
import { encodeToken } from "./tokens.ts";

/** Subject pattern → what stands in `data` of its envelope. The docs page of subjects is made from this and `subjectDocs`. */
export interface SubjectPayloads {
  "iot.raw.{protocol}.{device_id}": Raw;
  "iot.processed.{device_id}.{key}": Point;
  "iot.processed.batch.{device_id}": { readonly points: readonly Point[] };
  "iot.rules.{rule_id}": RuleResult;
  "iot.rules.{rule_id}.success": RuleResult;
  "iot.rules.{rule_id}.failed": RuleResult;
  "iot.rules.{rule_id}.{port}": RuleResult;
  "iot.rules.{device_id}.{key}": RuleResult;
  "iot.alerts.{level}.{device_id}": Alert;
  "iot.alerts.{category}.{device_id}": Alert;
  "iot.aggregated.{device_id}.{key}": Aggregate;
  "iot.aggregated.{window}.{function}": Aggregate;
  "iot.errors.{module}.{error_type}": ErrorReport;
  "iot.errors.{device_id}.errors": ErrorReport;
  "iot.errors.{module}.dead_letter": DeadLetter;
  "iot.metrics.performance.{name}": PerformanceReport;
  "iot.metrics.health.{module}": HealthReport;
  "sluice.commands.{flow}.{node}": Command | readonly Command[];
  "sluice.replies.{flow}.{node}": CommandReply;
}

/** One sentence for each pattern, for people. */
export const subjectDocs: { readonly [Pattern in keyof SubjectPayloads]: string } = {
  "iot.raw.{protocol}.{device_id}": "What an adapter read, untouched, with the protocol's metadata.",
  "iot.processed.{device_id}.{key}": "One point, after the plugin stage.",
  "iot.processed.batch.{device_id}": "Several points of one device in one message.",
  "iot.rules.{rule_id}": "The result of a rule: the point it let through or made.",
  "iot.rules.{rule_id}.success": "The same result, for those who watch outcomes.",
  "iot.rules.{rule_id}.failed": "A point the rule could not handle, with the error and the original.",
  "iot.rules.{rule_id}.{port}":
    "What left the rule by another port: rejected (a flow can keep it to ports with a wire), cleared, late.",
  "iot.rules.{device_id}.{key}": "The same result by device and key.",
  "iot.alerts.{level}.{device_id}": "An alarm: raised, cleared, acknowledged, shelved, removed with its rule.",
  "iot.alerts.{category}.{device_id}": "The same alert by category, when the rule names one.",
  "iot.aggregated.{device_id}.{key}": "One window of one series: all its functions in one message.",
  "iot.aggregated.{window}.{function}": "One function of a window over a group of devices.",
  "iot.errors.{module}.{error_type}": "Something could not be handled: what, where, why, and the original.",
  "iot.errors.{device_id}.errors": "The same, when it concerns one device.",
  "iot.errors.{module}.dead_letter": "A message given up after its last attempt; also kept in the stream IOT_DLQ.",
  "iot.metrics.performance.{name}": "throughput, latency, memory, queue: every 10 s.",
  "iot.metrics.health.{module}": "adapters, plugins, rules, sinks, runtime: every 10 s.",
  "sluice.commands.{flow}.{node}":
    "For an adapter that allows it: a key, the value to write, perhaps a device_id. A request is answered.",
  "sluice.replies.{flow}.{node}": "What became of a command: done, or why not. Also the answer to a request.",
};

/** The part of the gateway that speaks: the `source` of an envelope and the `{module}` of errors and health. */
export const modules = {
  adapter: { source: "southbound", token: "adapters" },
  plugin: { source: "plugin_manager", token: "plugins" },
  rule: { source: "rule_engine", token: "rules" },
  sink: { source: "northbound", token: "sinks" },
  runtime: { source: "core_runtime", token: "runtime" },
} as const;
export type Module = keyof typeof modules;

export const subjects = {
  raw: (protocol: Protocol, deviceId: string) => `iot.raw.${protocol}.${encodeToken(deviceId)}`,
  processed: (deviceId: string, key: string) => `iot.processed.${encodeToken(deviceId)}.${encodeToken(key)}`,
  batch: (deviceId: string) => `iot.processed.batch.${encodeToken(deviceId)}`,
  rule: (ruleId: string) => `iot.rules.${encodeToken(ruleId)}`,
  ruleStatus: (ruleId: string, status: "success" | "failed") => `iot.rules.${encodeToken(ruleId)}.${status}`,
  rulePort: (ruleId: string, port: string) => `iot.rules.${encodeToken(ruleId)}.${port}`,
  ruleData: (deviceId: string, key: string) => `iot.rules.${encodeToken(deviceId)}.${encodeToken(key)}`,
  alert: (level: AlertLevel, deviceId: string) => `iot.alerts.${level}.${encodeToken(deviceId)}`,
  alertCategory: (category: string, deviceId: string) => `iot.alerts.${encodeToken(category)}.${encodeToken(deviceId)}`,
  aggregate: (deviceId: string, key: string) => `iot.aggregated.${encodeToken(deviceId)}.${encodeToken(key)}`,
  aggregateGroup: (window: string, name: string) => `iot.aggregated.${window}.${encodeToken(name)}`,
  error: (module: Module, errorType: string) => `iot.errors.${modules[module].token}.${encodeToken(errorType)}`,
  deviceErrors: (deviceId: string) => `iot.errors.${encodeToken(deviceId)}.errors`,
  deadLetter: (module: Module) => `iot.errors.${modules[module].token}.dead_letter`,
  performance: (name: "throughput" | "latency" | "memory" | "queue") => `iot.metrics.performance.${name}`,
  health: (module: string) => `iot.metrics.health.${module}`,
  // Under the gateway's own tree: a command is no data, and who may write to iot.> need not be able to write to devices.
  commands: (flow: string, node: string) => `sluice.commands.${encodeToken(flow)}.${encodeToken(node)}`,
  replies: (flow: string, node: string) => `sluice.replies.${encodeToken(flow)}.${encodeToken(node)}`,
} as const;

/**
 * Where a rule's result goes, by `rule_engine.nats.output_subject`: `*` stands for the rule id, `>` for the rule id and
 * what follows. `iot.rules.*` by default.
 */
export function ruleSubject(template: string, ruleId: string): string {
  return template.replace(/[*>]/, encodeToken(ruleId));
}

/** What an input without a wire listens to. A rule's can be set: `rule_engine.nats.input_subject`. */
export const stageSubjects = { plugin: "iot.raw.>", rule: "iot.processed.>", sink: "iot.rules.*" } as const;

/** What matches the subjects of a stage, narrowed to a device and key where they are known. */
export const subjectPatterns = {
  raw: (protocol: Protocol, deviceId?: string) => `iot.raw.${protocol}.${tokenOrAny(deviceId)}`,
  processed: (deviceId?: string, key?: string) => `iot.processed.${tokenOrAny(deviceId)}.${tokenOrAny(key)}`,
  ruleData: (deviceId?: string, key?: string) => `iot.rules.${tokenOrAny(deviceId)}.${tokenOrAny(key)}`,
  anySuccess: "iot.rules.*.success",
  anyDeviceErrors: "iot.errors.*.errors",
  moduleErrors: (module: Module) => `iot.errors.${modules[module].token}.*`,
} as const;

function tokenOrAny(id: string | undefined): string {
  return id === undefined ? "*" : encodeToken(id);
}

/** True when every subject that `narrow` matches is matched by `wide` as well. */
export function covers(wide: string, narrow: string): boolean {
  const left = wide.split(".");
  const right = narrow.split(".");
  for (let index = 0; ; index++) {
    const x = left[index];
    const y = right[index];
    if (x === ">") return y !== undefined;
    if (x === undefined || y === undefined) return x === y;
    if (y === ">" || (x !== "*" && x !== y)) return false;
  }
}

/** True when some concrete subject is matched by both patterns. */
export function overlaps(a: string, b: string): boolean {
  const left = a.split(".");
  const right = b.split(".");
  for (let index = 0; ; index++) {
    const x = left[index];
    const y = right[index];
    if (x === ">" && y !== undefined) return true;
    if (y === ">" && x !== undefined) return true;
    if (x === undefined || y === undefined) return x === y;
    if (x !== "*" && y !== "*" && x !== y) return false;
  }
}

/** Why a text is no subject one can subscribe to (`publish`: publish on), or `undefined` when it is. */
export function subjectProblem(subject: string, use: "subscribe" | "publish"): string | undefined {
  if (subject === "") return "a subject cannot be empty";
  if (/[\s\p{Cc}]/u.test(subject)) return `"${subject}" holds a space or control character`;
  const tokens = subject.split(".");
  if (tokens.includes("")) return `"${subject}" has an empty part: two dots in a row, or one at an end`;
  if (subject.startsWith("$")) return `"${subject}" begins with $, which is reserved for the NATS server`;
  if (use === "publish" && tokens.some((token) => token === "*" || token === ">"))
    return `"${subject}" has a wildcard; one can only publish on a complete subject`;
  if (tokens.slice(0, -1).includes(">")) return `"${subject}": > can only stand at the end`;
  return undefined;
}
