/** Actions of gateway rules as nodes. */
import type { Part } from "../conversion.ts";
import { isRecord } from "../node-red-file.ts";
import { aggregateOf } from "./aggregates.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { filterOf } from "./filters.ts";
import { templateOf } from "./templates.ts";
import { transformOf } from "./transforms.ts";
import { Unconvertible } from "./unconvertible.ts";

export interface Action {
  /** An alert takes the condition of its rule itself. */
  readonly part: Part;
  readonly notes: readonly string[];
  readonly takesCondition: boolean;
}

/** `condition` is the rule's. Throws `Unconvertible`. */
export function actionOf(action: unknown, condition: string): Action {
  if (!isRecord(action)) throw new Unconvertible("the action is no object");
  const type = String(action["type"] ?? "");
  const notes: string[] = [];
  const fields = fieldsOf(action["config"]);
  const make = Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make === undefined) throw new Unconvertible(`an action of the type "${type.slice(0, 40)}" has no counterpart`);
  const part = make(fields, notes, condition);
  return { part, notes, takesCondition: type === "alert" };
}

type Make = (fields: Fields, notes: string[], condition: string) => Part;

const makers: Readonly<Record<string, Make>> = {
  alert: alertOf,
  transform: transformOf,
  filter: filterOf,
  aggregate: aggregateOf,
  forward: forwardOf,
};

const levels: ReadonlySet<string> = new Set(["debug", "info", "warning", "error", "critical"]);
const duration = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

function alertOf(fields: Fields, notes: string[], condition: string): Part {
  const level = fields.text("level").toLowerCase();
  const message = fields.text("message");
  const throttle = fields.text("throttle");
  notes.push("It is told once when it begins and once when it ends, not with every point; Repeat tells it again.");
  const channels = fields.list("channels").map((channel) => String(isRecord(channel) ? channel["type"] : channel));
  for (const channel of new Set(channels)) notes.push(channelNotes[channel] ?? channelNotes["other"] ?? "");
  return {
    type: "rule.alert",
    config: {
      kind: "expression",
      condition,
      level: levels.has(level) ? level : "info",
      ...(message === "" ? {} : { message: templateOf(message, notes) }),
      ...(duration.test(throttle) ? { throttle } : {}),
    },
  };
}

const channelNotes: Readonly<Record<string, string>> = {
  console: "Channel console: wire a Console to the alert.",
  webhook: "Channel webhook: wire a Forward to HTTP to the alert.",
  nats: "Channel nats: alerts are on iot.alerts.{level}.{device_id}; for another subject wire a Forward to the alert.",
  email: "Channel email: wire an E-mail to the alert.",
  sms: "Channel sms: wire a Forward to the HTTP interface of an SMS service to the alert.",
  other: "A channel that it names has no counterpart.",
};

function forwardOf(fields: Fields, notes: string[]): Part {
  if (fields.list("targets").length > 0)
    throw new Unconvertible("it names targets: make a Forward with a target for each");
  const given = fields.text("subject");
  notes.push("What it forwards is the point; rule_info is not added.");
  // The default there was the rules' own input, which came back for ever.
  if (given === "") notes.push("It named no subject, and would have sent to its own input: choose a subject.");
  const subject = given === "" ? `forwarded.\${device_id}.\${key}` : templateOf(given, notes);
  return { type: "rule.forward", config: { targets: [{ to: "nats", subject }] } };
}
