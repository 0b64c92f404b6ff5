import { outPort } from "../../contract/describe.ts";
import type { Scope } from "../../contract/node.ts";
import { defineOperator } from "../../contract/operator.ts";
import { compileExpression } from "../../expression/expression.ts";
import { compileTemplate } from "../../expression/template.ts";
import { type HistoryValues, history, historyVariables, savedHistory } from "../history.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { type Settings, type StepSettings, settings } from "./settings.ts";
import { Rejected, transformation } from "./transform.ts";

export default defineOperator({
  type: "rule.transform",
  title: "Transform",
  summary: "Calculates, converts and renames points",
  help,
  icon: "math-function",
  keywords: [
    "scale",
    "offset",
    "unit",
    "convert",
    "round",
    "clamp",
    "lookup",
    "map",
    "rename",
    "tag",
    "calculate",
    "4-20 mA",
    "parse",
    "json",
    "linearise",
    "derive",
  ],
  accepts: "point",
  outputs: [outPort, { name: "rejected", title: "Rejected", switchable: true }],
  config: settings,
  examples,
  line: ({ steps }) => steps.map(words).join(", "),
  scope,
  // What it remembers are points as they came, whatever is made of them.
  state: { entry: savedHistory, basis: () => null },
  create(config, context) {
    const transform = transformation(config);
    const { emit } = context;
    const past = usesHistory(config) ? history(config.maxSeries, context) : undefined;
    return {
      ...(past === undefined ? {} : { snapshot: past.snapshot }),
      process(point) {
        const result = transform(point, past?.next(point) ?? noHistory);
        if (result instanceof Rejected) emit(point, { port: "rejected", reason: result.reason });
        else emit(result);
      },
    };
  },
});

const noHistory: HistoryValues = {};

function usesHistory({ steps }: Settings): boolean {
  return steps.some(
    (step) => step.op === "expression" && compileExpression(step.expression, historyVariables).uses.size > 0,
  );
}

/** Names that are the same for every point are known before anything runs; others are not. */
function scope({ steps, onError }: Settings, incoming: Scope): Scope {
  let { keys, devices } = incoming;
  for (const step of steps) {
    if (step.op !== "rename") continue;
    keys = renamed(step.key, keys);
    devices = renamed(step.deviceId, devices);
  }
  if (onError !== "ignore") return { keys, devices };
  return { keys: both(keys, incoming.keys), devices: both(devices, incoming.devices) };
}

function renamed(template: string | undefined, names: readonly string[] | undefined): readonly string[] | undefined {
  if (template === undefined) return names;
  const { constant } = compileTemplate(template);
  return constant === undefined ? undefined : [constant];
}

function both(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  return a === undefined || b === undefined ? undefined : [...new Set([...a, ...b])];
}

function words(step: StepSettings): string {
  switch (step.op) {
    case "parse":
      return step.as === "pattern" ? `find ${step.pattern}` : `read ${step.as}`;
    case "derive":
      return step.what;
    case "setField":
      return `${step.path} = ${step.expression}`;
    case "moveField":
      return `${step.from} → ${step.to}`;
    case "removeField":
      return `no ${step.path}`;
    case "scale":
      return `× ${step.factor}`;
    case "offset":
      return step.offset < 0 ? `− ${-step.offset}` : `+ ${step.offset}`;
    case "scaleRange":
      return `${step.inMin} … ${step.inMax} → ${step.outMin} … ${step.outMax}`;
    case "convertUnit":
      return `${step.from} → ${step.to}`;
    case "expression":
      return step.expression;
    case "round":
      return `round to ${step.decimals}`;
    case "clamp":
      return `limit to ${step.min ?? ""} … ${step.max ?? ""}`;
    case "lookup":
      return `look up in ${step.table.length}`;
    case "rename":
      return `→ ${[step.deviceId, step.key].filter((name) => name !== undefined).join(" / ")}`;
    case "setTag":
      return `${step.name} = ${step.value}`;
    case "removeTag":
      return `no ${step.name}`;
    case "setType":
      return `as ${step.type}`;
  }
}
