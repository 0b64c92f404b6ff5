/** From a closed window to what is sent: a point with the first function's value, and the aggregate with all of them. */
import type { Emission } from "../../contract/operator.ts";
import { type Aggregate, inferType, type Point } from "../../contract/point.ts";
import { compileTemplate } from "../../expression/template.ts";
import { type ChosenFunction, chosenFunctions, type FunctionSettings, type Scalar, type Span } from "./functions.ts";
import type { Group } from "./group.ts";
import type { Settings } from "./settings.ts";
import type { Tally } from "./tally.ts";
import { noPoints } from "./windows/by-time.ts";

/** Where a group of many has no name of its own. */
const everything = "all";
const secondsPer = { second: 1, minute: 60, hour: 3_600 } as const;

export interface Told {
  readonly point: Point;
  readonly emission: Emission;
}

export function teller(settings: Settings, window: string, ruleId: string) {
  const functions = chosenFunctions(settings.functions, settings.percentiles);
  const template =
    settings.outputKey === undefined ? undefined : compileTemplate(settings.outputKey, [], { missing: "" });
  const functionSettings: FunctionSettings = {
    outlierThreshold: settings.outlierThreshold,
    integralSeconds: secondsPer[settings.integralPer],
  };
  return (group: Group, tally: Tally, span: Span, early: string | undefined): Told => {
    const { identity } = group;
    const values = valuesOf(functions, tally, span, functionSettings, early === noPoints);
    const value = values[functions[0]?.name ?? ""] ?? null;
    const others = Object.values(identity.others).join("_");
    const device_id = identity.device || others || everything;
    const key = identity.key || everything;
    const start = new Date(span.startMs).toISOString();
    const end = new Date(span.endMs).toISOString();
    const count = early === noPoints ? 0 : tally.count;
    const bare = {
      device_id,
      key,
      value,
      type: value === null ? ("float" as const) : inferType(value),
      quality: tally.bad > 0 && settings.quality === "all" ? group.badQuality : 0,
      timestamp: settings.stamp === "end" ? end : start,
      tags: group.tags,
    };
    const told = { window, functions: values, count, start, end };
    const named = template === undefined ? key : template.render(bare) || key;
    const aggregate: Aggregate = {
      rule_id: ruleId,
      ...(identity.device === "" ? {} : { device_id }),
      key: named,
      ...(identity.device === "" || others !== "" ? { group: { ...identity.others } } : {}),
      ...told,
    };
    const emission: Emission = {
      aggregates: [aggregate],
      ...(early === undefined ? {} : { reason: early }),
      ...(group.trace === undefined ? {} : { trace: group.trace }),
    };
    return { point: { ...bare, key: named, ...told }, emission };
  };
}

function valuesOf(
  functions: readonly ChosenFunction[],
  tally: Tally,
  span: Span,
  settings: FunctionSettings,
  isEmpty: boolean,
): Record<string, Scalar> {
  const values: Record<string, Scalar> = {};
  for (const { name, of } of functions) values[name] = name === "count" && isEmpty ? 0 : of(tally, span, settings);
  return values;
}
