/** What flows do to each other: the same rule id, the same device, messages that nobody takes. */
import { isAdapter } from "../../nodes/contract/catalog.ts";
import { overlaps } from "../bus/subjects.ts";
import type { CompiledFlow } from "./flow-plan.ts";
import { labelOf } from "./graph.ts";
import { quoted } from "./nearest.ts";
import { nodeKey } from "./plan.ts";

/** The first flow that can run with its rule ids has them; whoever else wants one is told. */
export function duplicateRuleIds(flows: readonly CompiledFlow[]): void {
  const owners = new Map<string, string>();
  const canRun = ({ document, problems }: CompiledFlow) => document.enabled && !problems.hasErrors();
  const running = flows.filter(canRun);
  for (const flow of [...running, ...flows.filter((flow) => !running.includes(flow))]) {
    const own = new Map<string, string>();
    for (const node of flow.graph.nodes.values()) {
      if (node.ruleId === undefined) continue;
      const owner = own.get(node.ruleId) ?? owners.get(node.ruleId);
      own.set(node.ruleId, nodeKey(flow.document.id, node.id));
      if (owner === undefined) continue;
      const message = `the rule id "${node.ruleId}" is taken by ${owner}; give ${labelOf(node)} another rule id`;
      flow.problems.error("duplicate-rule-id", { node: node.id }, message);
    }
    if (canRun(flow)) for (const [ruleId, key] of own) owners.set(ruleId, key);
  }
}

/** Two adapters that publish the same device on the same subjects: their readings cannot be told apart. */
export function overlappingDevices(flows: readonly CompiledFlow[]): void {
  const owners = new Map<string, string>();
  for (const { document, graph, problems } of flows) {
    if (!document.enabled) continue;
    for (const node of graph.nodes.values()) {
      if (!isAdapter(node.definition) || node.parsed === undefined) continue;
      const { protocol } = node.definition;
      const key = nodeKey(document.id, node.id);
      const taken = new Map<string, string[]>();
      for (const device of new Set(node.definition.scope(node.parsed).devices)) {
        const owner = owners.get(`${protocol} ${device}`);
        if (owner === undefined) owners.set(`${protocol} ${device}`, key);
        else taken.set(owner, [...(taken.get(owner) ?? []), device]);
      }
      for (const [owner, devices] of taken) {
        const message = `${labelOf(node)} publishes ${quoted(devices, 3)} as ${owner} does, on the same subjects; give the devices different ids, unless both read different keys of one device`;
        problems.warning("overlapping-devices", { node: node.id }, message);
      }
    }
  }
}

/** Adapters and plugins whose messages no wire and no subscription takes. A rule's results may be for others on the bus. */
export function unreadOutputs(flows: readonly CompiledFlow[]): void {
  const enabled = flows.filter(({ document }) => document.enabled);
  const listened = new Set(
    enabled.flatMap(({ inputs }) =>
      [...inputs.values()].flat().flatMap(({ subject, accepts }) => (accepts === "any" ? [subject] : [])),
    ),
  );
  for (const { graph, publications, problems } of enabled) {
    if (!graph.isComplete) continue;
    for (const node of graph.nodes.values()) {
      if (node.category !== "adapter" && node.category !== "plugin") continue;
      if (graph.outOf.has(node.id)) continue;
      const published = (publications.get(node.id) ?? []).filter(({ kind }) => kind === "stage");
      if (published.some(({ subject }) => [...listened].some((heard) => overlaps(subject, heard)))) continue;
      const subjects = published.map(({ subject }) => subject).join(", ");
      const message = `nothing takes what ${labelOf(node)} publishes on ${subjects}; wire it to what comes next`;
      problems.warning("unread-output", { node: node.id }, message);
    }
  }
}
