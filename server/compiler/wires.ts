/** The wires of a flow: which exist, which are allowed, which carry something. */
import type { FlowDocument, FlowWire } from "../../flows/format/document.ts";
import { isAdapter, isPluginOrRule, isProcessor } from "../../nodes/contract/catalog.ts";
import { inputsOf, outputsOf } from "../../nodes/contract/describe.ts";
import { type GraphNode, type GraphWire, labelOf } from "./graph.ts";
import { quoted, suggestion } from "./nearest.ts";
import type { ProblemList } from "./problem-list.ts";
import type { ResolvedNode } from "./resolve.ts";

export interface ResolvedWires {
  readonly wires: readonly GraphWire[];
  readonly wired: ReadonlySet<string>;
  /** No wire was refused, none hangs on a node of an unknown type. */
  readonly isComplete: boolean;
}

export function resolveWires(
  document: FlowDocument,
  nodes: ReadonlyMap<string, ResolvedNode>,
  problems: ProblemList,
): ResolvedWires {
  const ids = new Set(document.nodes.map(({ id }) => id));
  const wired = new Set<string>();
  const wires = new Map<string, GraphWire>();
  let isComplete = true;
  for (const [index, wire] of document.wires.entries()) {
    wired.add(wire.to);
    const path = ["wires", index];
    const doEndsExist = endsExist(wire, ids, path, problems);
    const from = nodes.get(wire.from);
    const to = nodes.get(wire.to);
    // A node of an unknown type is told once, not once more for each of its wires.
    if (!doEndsExist || from === undefined || to === undefined || !isAllowed(wire, from, to, path, problems)) {
      isComplete = false;
      continue;
    }
    const port = wire.port ?? "out";
    const key = [wire.from, port, wire.to].join("\n");
    if (wires.has(key)) {
      const message = `there are two wires from ${labelOf(from)}, port "${port}", to ${labelOf(to)}; remove one`;
      problems.warning("duplicate-wire", { path }, message);
    } else if (!from.isDisabled && !to.isDisabled) wires.set(key, { from: wire.from, port, to: wire.to });
  }
  return { wires: [...wires.values()], wired, isComplete };
}

type WirePath = readonly (string | number)[];

function endsExist(wire: FlowWire, ids: ReadonlySet<string>, path: WirePath, problems: ProblemList): boolean {
  for (const end of ["from", "to"] as const)
    if (!ids.has(wire[end])) {
      const remedy = suggestion(wire[end], [...ids], "remove the wire");
      const message = `a wire from "${wire.from}" to "${wire.to}": there is no node "${wire[end]}"${remedy}`;
      problems.error("dangling-wire", { path: [...path, end] }, message);
    }
  return ids.has(wire.from) && ids.has(wire.to);
}

function isAllowed(
  wire: FlowWire,
  from: ResolvedNode,
  to: ResolvedNode,
  path: WirePath,
  problems: ProblemList,
): boolean {
  const stages = wrongStages(from, to);
  if (stages !== undefined) problems.error("wrong-stages", { path }, stages);
  else if (from.id === to.id)
    problems.error("self-wire", { path }, `a wire leads from ${labelOf(from)} back to itself; remove it`);
  else return portsExist(wire, from, to, path, problems);
  return false;
}

function portsExist(
  wire: FlowWire,
  from: ResolvedNode,
  to: ResolvedNode,
  path: WirePath,
  problems: ProblemList,
): boolean {
  const outputs = outputsOf(from.definition, from.config).map(({ name }) => name);
  const inputs = inputsOf(to.definition).map(({ name }) => name);
  const missing = (label: string, port: string, ports: readonly string[], end: string, kind: string) => {
    const message = `${label} has no ${kind} "${port}"; it has ${quoted(ports)}`;
    problems.error("dangling-wire", { path: [...path, end] }, message);
  };
  const port = wire.port ?? "out";
  const input = wire.input ?? "in";
  if (!outputs.includes(port)) missing(labelOf(from), port, outputs, "port", "output");
  if (!inputs.includes(input)) missing(labelOf(to), input, inputs, "input", "input");
  return outputs.includes(port) && inputs.includes(input);
}

/** Why no wire may lead from one node to the other, and what to do instead; `undefined` when it may. */
function wrongStages(from: GraphNode, to: GraphNode): string | undefined {
  const what = `no wire can lead from ${labelOf(from)}, a ${from.category}, to ${labelOf(to)}, a ${to.category}`;
  if (from.category === "sink") return `${what}: a sink is where a flow ends; wire what stands before it instead`;
  if (isAdapter(to.definition)) return adapterRefusal(from, to, what);
  if (from.category === "rule" && to.category === "plugin")
    return `${what}: plugins come before rules; move the plugin before the rule, or use a rule instead`;
  if (takesRaw(to) && from.category === "plugin")
    return `${what} that takes raw readings: wire it to an adapter, or let it listen to a subject below iot.raw`;
  return undefined;
}

/** An adapter that can write takes points as commands, when its configuration lets it. */
function adapterRefusal(from: GraphNode, to: GraphNode, what: string): string | undefined {
  if (inputsOf(to.definition).length === 0) return `${what}: it reads devices and has no input; turn the wire round`;
  if (from.category === "adapter") return `${what}: it takes points as commands; put a plugin or rule in between`;
  return to.parsed === undefined || takesCommands(to)
    ? undefined
    : `${what}: as it is configured it takes no commands; allow writing in it, or remove the wire`;
}

export function takesCommands({ definition, parsed }: GraphNode): boolean {
  return isAdapter(definition) && parsed !== undefined && definition.takesCommands?.(parsed) === true;
}

export function takesRaw({ definition }: GraphNode): boolean {
  return isPluginOrRule(definition) && definition.accepts === "raw" && definition.type.startsWith("plugin.");
}

/** Whether messages begin at the node: an adapter, or a plugin or rule whose peer sends readings by itself. */
export function isSource({ definition }: GraphNode): boolean {
  return definition.type.startsWith("adapter.") || (isProcessor(definition) && definition.protocol !== undefined);
}
