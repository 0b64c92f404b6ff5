/** Node-RED nodes that choose, change, delay or gather messages. */
import { conditionOf, literalOf, subjectOf } from "./conditions.ts";
import { approximated, type Conversion, type Converter, converted, plainText } from "./conversion.ts";
import { numberOf, type RedNode, rows, textOf } from "./node-red-file.ts";

const notValue = "it looks at something else than msg.payload, which has no counterpart";
const kindsNote = 'Numbers and texts are told apart: "21" is not 21.';

/** One filter for each rule; a last "otherwise" is the rejected port of a single one. */
export const switchNode: Converter = (node) => {
  const kind = textOf(node, "propertyType") || "msg";
  const subject = kind === "msg" ? subjectOf(textOf(node, "property") || "payload") : undefined;
  if (subject === undefined) return notValue;
  const rules = rows(node.all["rules"]);
  if (rules.length === 0 || rules.length > 24) return "it does not have from 1 to 24 rules";
  const isFirst = textOf(node, "checkall") === "false";
  const conditions: string[] = [];
  for (const [index, rule] of rules.entries()) {
    const isElse = rule["t"] === "else";
    const own = isElse ? "" : conditionOf(rule, subject.value);
    if (own === undefined) return `its rule ${index + 1} (${String(rule["t"]).slice(0, 20)}) has no counterpart`;
    const before = isFirst || isElse ? conditions : [];
    conditions.push(isElse && before.length === 0 ? "true" : own);
  }
  const within = (condition: string) => (subject.points === "" ? condition : `${subject.points} && (${condition})`);
  const [first = "", second] = conditions;
  const notes = [kindsNote];
  if (rules.length === 2 && second === "" && subject.points === "")
    return {
      outcome: "converted",
      notes,
      parts: [filter(first)],
      exits: [{ part: 0 }, { part: 0, port: "rejected" }],
    };
  const parts = conditions.map((condition, index) => {
    const earlier = isFirst || condition === "" ? conditions.slice(0, index).filter((each) => each !== "") : [];
    const none = earlier.map((each) => `!(${each})`);
    return filter(within([...(condition === "" ? [] : [condition]), ...none].join(" && ") || "true"));
  });
  const many = rules.length > 1 ? [`Each of its ${rules.length} rules is a filter of its own.`] : [];
  return { outcome: "converted", notes: [...notes, ...many], parts, exits: parts.map((_, part) => ({ part })) };
};

function filter(expression: string) {
  return { type: "rule.filter", config: { mode: "expression", expression } };
}

/** Steps for what sets or replaces the payload or sets the topic. */
export const change: Converter = (node) => {
  const rules = rows(node.all["rules"]);
  if (rules.length === 0 || rules.length > 100) return "it does not have from 1 to 100 rules";
  const steps = [];
  for (const [index, rule] of rules.entries()) {
    const step = stepOf(rule);
    if (step === undefined) return `its rule ${index + 1} (${String(rule["t"]).slice(0, 20)}) has no counterpart`;
    steps.push(step);
  }
  const part = { type: "rule.transform", config: { steps } };
  return steps.some(({ op }) => op === "rename")
    ? approximated(part, "A topic that it sets is the key of the points here.")
    : converted(part);
};

function stepOf(rule: Readonly<Record<string, unknown>>) {
  if ((rule["pt"] ?? "msg") !== "msg") return undefined;
  const to = literalOf(rule["to"], rule["tot"] ?? "str");
  if (rule["t"] === "set" && rule["p"] === "payload" && to !== undefined) return { op: "expression", expression: to };
  if (rule["t"] === "set" && rule["p"] === "topic" && (rule["tot"] ?? "str") === "str") {
    const key = plainText(String(rule["to"] ?? ""));
    return key === undefined || key === "" ? undefined : { op: "rename", key };
  }
  const from = literalOf(rule["from"], rule["fromt"] ?? "str");
  if (rule["t"] === "change" && rule["p"] === "payload" && from !== undefined && to !== undefined)
    return { op: "lookup", table: [{ from: JSON.parse(from), to: JSON.parse(to) }] };
  return undefined;
}

export const range: Converter = (node) => {
  if ((textOf(node, "property") || "payload") !== "payload") return notValue;
  const action = textOf(node, "action") || "scale";
  if (action !== "scale" && action !== "clamp") return `it wraps or drops what lies outside (${action.slice(0, 20)})`;
  const [inMin, inMax, outMin, outMax] = ["minin", "maxin", "minout", "maxout"].map((field) => numberOf(node, field));
  if (inMin === undefined || inMax === undefined || outMin === undefined || outMax === undefined || inMin === inMax)
    return "its ranges are not complete";
  const scale = { op: "scaleRange", inMin, inMax, outMin, outMax, clamp: action === "clamp" };
  const steps = node.all["round"] === true ? [scale, { op: "round", decimals: 0 }] : [scale];
  return converted({ type: "rule.transform", config: { steps } });
};

/** The node `filter`, called `rbe` in files: report by exception. */
export const rbe: Converter = (node) => {
  if ((textOf(node, "property") || "payload") !== "payload") return notValue;
  const kind = textOf(node, "func") || "rbe";
  const perSeries = "It remembers the last value of each device and key, not of each topic.";
  if (kind === "rbe" || kind === "rbei")
    return approximated({ type: "rule.filter", config: { mode: "deadband", deadband: 0 } }, perSeries);
  if (kind !== "deadband" && kind !== "deadbandEq")
    return "it rejects values that jump: use Filter, values near the recent ones";
  if (textOf(node, "inout") === "in") return "it compares with the last value that came, not the last that passed";
  const gap = textOf(node, "gap").trim();
  const isPercent = gap.endsWith("%");
  const deadband = numberOf({ all: { gap: gap.replace(/%$/, "") } }, "gap");
  if (deadband === undefined || deadband < 0) return "its gap is not a number";
  return approximated(
    { type: "rule.filter", config: { mode: "deadband", deadband, deadbandType: isPercent ? "percent" : "absolute" } },
    perSeries,
    ...(kind === "deadband" ? [] : ["A change of exactly the gap does not pass."]),
  );
};

const perUnit: Readonly<Record<string, string>> = { second: "s", minute: "m", hour: "h", day: "d" };

export const delay: Converter = (node) => {
  if (textOf(node, "pauseType") !== "rate") return "it delays or sorts messages, and rules hand everything on at once";
  const count = numberOf(node, "rate") ?? 1;
  const number = numberOf(node, "nbRateUnits") ?? 1;
  const unit = textOf(node, "rateUnits") || "second";
  if (!Number.isInteger(count) || count < 1 || count > 1_000_000 || number <= 0 || !Object.hasOwn(perUnit, unit))
    return "its rate is not a whole number of messages in a time";
  return approximated(
    { type: "rule.filter", config: { mode: "rateLimit", count, per: `${number}${perUnit[unit]}` } },
    "The limit is for each device and key.",
    ...(node.all["drop"] === true ? [] : ["What is beyond the limit is dropped; Node-RED lets it wait."]),
  );
};

const statistics: Readonly<Record<string, string>> = { mean: "avg", max: "max", min: "min" };

export const smooth: Converter = (node) => {
  const action = textOf(node, "action");
  const chosen = Object.hasOwn(statistics, action) ? statistics[action] : undefined;
  if (chosen === undefined || (textOf(node, "property") || "payload") !== "payload")
    return "it is a high or low pass, or looks at something else than msg.payload";
  const count = numberOf(node, "count") ?? 10;
  if (!Number.isInteger(count) || count < 1 || count > 100_000) return "its count is not a whole number";
  const isReduced = node.all["reduce"] === true;
  const window = { window: "count", count, ...(isReduced ? {} : { step: 1 }) };
  return approximated(
    { type: "rule.aggregate", config: { functions: [chosen], ...window } },
    `It begins when ${count} values have come.`,
  );
};

const gathers = "It makes the average, minimum and maximum of a group, not a list: choose the functions you need.";

export const batch: Converter = (node) => {
  const mode = textOf(node, "mode") || "count";
  if (mode === "concat") return "it waits for one message of each topic";
  return mode === "count" ? counted(node) : timed(numberOf(node, "interval"));
};

export const join: Converter = (node) => {
  if (textOf(node, "mode") !== "custom") return "it puts together what was split, or reduces by an expression";
  const build = textOf(node, "build");
  if (build !== "array" && build !== "string") return "it makes one message of several keys: each stays a point here";
  return numberOf(node, "count") === undefined ? timed(numberOf(node, "timeout")) : counted(node);
};

function counted(node: RedNode): Conversion | string {
  const count = numberOf(node, "count") ?? Number.NaN;
  if (!Number.isInteger(count) || count < 1 || count > 100_000) return "its count is not a whole number";
  return approximated({ type: "rule.aggregate", config: { window: "count", count } }, gathers);
}

function timed(seconds: number | undefined): Conversion | string {
  if (seconds === undefined || seconds < 0.001 || seconds > 31_000_000)
    return "it does not say when a group is complete";
  return approximated({ type: "rule.aggregate", config: { window: "tumbling", size: `${seconds}s` } }, gathers);
}

/** Points are made of JSON when they leave an adapter. */
export const json: Converter = (node) =>
  (textOf(node, "property") || "payload") !== "payload" || textOf(node, "action") === "str"
    ? "it writes JSON, or looks at something else than msg.payload"
    : { outcome: "converted", notes: ["Left out: JSON is read when it leaves the adapter."], parts: [] };
