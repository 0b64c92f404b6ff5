/** What each node publishes on, narrowed by scope. Downstream inputs and the plan are made from the same subjects. */
import { isAdapter, isOperator, isProcessor } from "../../nodes/contract/catalog.ts";
import { failedPort, isRejecting, outPort, outputsOf } from "../../nodes/contract/describe.ts";
import type { Scope } from "../../nodes/contract/node.ts";
import { ruleSubject, subjectPatterns, subjects } from "../bus/subjects.ts";
import type { GraphNode } from "./graph.ts";
import type { FlowPlan } from "./plan.ts";
import type { ScopeOf } from "./scope.ts";
import type { CompilerSettings } from "./settings.ts";

/** Up to so many subjects, an input has one for each device or series; above, a single one with wildcards. */
export const maxNarrowSubjects = 16;

/** The subjects on which what leaves a node by a port can be heard, and the one that covers them all. */
export interface PortSubjects {
  readonly narrow: readonly string[];
  readonly wide: string;
}

export function portSubjects(
  node: GraphNode,
  port: string,
  scopeOf: ScopeOf,
  { outputSubject }: CompilerSettings,
): PortSubjects {
  const { definition, parsed, ruleId } = node;
  if (isAdapter(definition)) {
    const { protocol } = definition;
    const wide = subjectPatterns.raw(protocol);
    const devices = few(scopeOf(node.id, port).devices);
    return { narrow: devices?.map((device) => subjects.raw(protocol, device)) ?? [wide], wide };
  }
  if (ruleId !== undefined) {
    const subject = port === "out" ? ruleSubject(outputSubject, ruleId) : subjects.rulePort(ruleId, port);
    return { narrow: [subject], wide: subject };
  }
  if (isRejecting(definition, port)) {
    const subject = subjects.error("plugin", port);
    return { narrow: [subject], wide: subject };
  }
  const wide = subjectPatterns.processed();
  const scope = scopeOf(node.id, port);
  const devices = few(scope.devices);
  if (devices === undefined) return { narrow: [wide], wide };
  const mayBatch = isOperator(definition) && parsed !== undefined && definition.batches?.(parsed) === true;
  const batches = mayBatch ? devices.map((device) => subjects.batch(device)) : [];
  return { narrow: [...perSeries(subjectPatterns.processed, scope), ...batches], wide };
}

function perSeries(pattern: (device?: string, key?: string) => string, { devices, keys }: Scope): string[] {
  const fewDevices = few(devices);
  if (fewDevices === undefined) return [pattern()];
  const fewKeys = few(keys);
  if (fewKeys === undefined || fewDevices.length * fewKeys.length > maxNarrowSubjects)
    return fewDevices.map((device) => pattern(device));
  return fewDevices.flatMap((device) => fewKeys.map((key) => pattern(device, key)));
}

/** The ids when they are known and few enough to name one by one. */
function few(ids: readonly string[] | undefined): readonly string[] | undefined {
  if (ids === undefined || ids.length === 0) return undefined;
  const distinct = [...new Set(ids)];
  return distinct.length <= maxNarrowSubjects ? distinct : undefined;
}

export interface Publication {
  readonly subject: string;
  /**
   * `stage`: by the law of its stage, with `*` for ids that are not known. `declared`: by its type, from its
   * configuration. `failed` and `errors`: only what it could not handle, as a rule's result and as a report.
   */
  readonly kind: "stage" | "declared" | "failed" | "errors";
}

/** `unpublished`: ports whose points go on by call alone. */
export function publications(
  node: GraphNode,
  unpublished: readonly string[],
  scopeOf: ScopeOf,
  results: FlowPlan["results"],
  settings: CompilerSettings,
): Publication[] {
  const { definition, config, parsed, ruleId } = node;
  const of = (kind: Publication["kind"], list: readonly string[]) =>
    [...new Set(list)].map((subject) => ({ subject, kind }));
  // What is turned away goes to the subjects of errors.
  const ports = outputsOf(definition, config)
    .map(({ name }) => name)
    .filter((port) => !unpublished.includes(port) && port !== failedPort.name && !isRejecting(definition, port));
  const stage = ports.flatMap((port) => portSubjects(node, port, scopeOf, settings).narrow);
  if (ruleId !== undefined && results.status) stage.push(subjects.ruleStatus(ruleId, "success"));
  if (ruleId !== undefined && results.data)
    stage.push(...perSeries(subjectPatterns.ruleData, scopeOf(node.id, outPort.name)));
  const declared = isAdapter(definition) || parsed === undefined ? [] : [...(definition.publishes?.(parsed) ?? [])];
  if (isProcessor(definition) && definition.protocol !== undefined)
    declared.push(subjectPatterns.raw(definition.protocol));
  const failed = ruleId === undefined ? [] : [subjects.ruleStatus(ruleId, "failed")];
  return [
    ...of("stage", stage),
    ...of("failed", failed),
    ...of("declared", declared),
    ...of("errors", errorSubjects(node, settings)),
  ];
}

function errorSubjects({ category }: GraphNode, { errorSubject }: CompilerSettings): string[] {
  const own = category === "rule" ? errorSubject : undefined;
  return [own ?? subjectPatterns.moduleErrors(category), subjectPatterns.anyDeviceErrors];
}
