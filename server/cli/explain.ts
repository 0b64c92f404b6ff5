/** `sluice explain`: what the flows compile to, as text. */
import type { ConsumerPlan, FlowPlan, NodePlan, Plan, SubscriptionPlan } from "../compiler/plan.ts";
import type { Settings } from "../settings.ts";
import { UsageError } from "./arguments.ts";
import { compileFiles, problemLine } from "./compiled-files.ts";

/** Prints the plan of one flow or of all. Exit code 1 when a flow that was asked for does not compile. */
export async function runExplain(
  flow: string | undefined,
  settings: Settings,
  isJson: boolean,
  print: (text: string) => void,
): Promise<number> {
  const { plan, problems, files } = await compileFiles([], settings);
  const isAsked = (id: string | undefined) => flow === undefined || id === flow;
  const errors = problems.filter((problem) => problem.severity === "error" && isAsked(problem.flow));
  const flows = plan.flows.filter(({ id }) => isAsked(id));
  if (flow !== undefined && flows.length === 0 && errors.length === 0) {
    const there = plan.flows.map(({ id }) => `"${id}"`).join(", ");
    throw new UsageError(
      `no flow "${flow}" runs from ${settings.flows_dir}${there === "" ? "" : `; there is ${there}`} (${files.length} files)`,
    );
  }
  print(isJson ? `${JSON.stringify({ ...plan, flows }, null, 2)}\n` : planText({ ...plan, flows }));
  for (const problem of errors) print(`not running: ${problemLine(problem)}\n`);
  return errors.length === 0 ? 0 : 1;
}

function planText({ flows, streams }: Plan): string {
  const streamLines = streams.map(({ name, subjects }) => `  ${name}  ${subjects.join("  ")}`);
  return `${[...flows.map(flowText), ...(streamLines.length > 0 ? [["streams", ...streamLines].join("\n")] : [])].join("\n\n")}\n`;
}

function flowText({ id, delivery, connections, nodes, names }: FlowPlan): string {
  const connectionLines = connections.map((connection) => `  ${connection.id}  connection ${connection.type}`);
  return [`flow ${id} (${delivery})`, ...connectionLines, ...nodes.flatMap((node) => nodeLines(node, names))].join(
    "\n",
  );
}

function nodeLines(node: NodePlan, names: FlowPlan["names"]): string[] {
  const name = names[node.id];
  const title = `  ${node.id}  ${node.type}${name === undefined || name === "" ? "" : `  "${name}"`}`;
  const isOperator = node.category === "plugin" || node.category === "rule";
  const calls = isOperator ? Object.entries(node.next).filter(([, targets]) => targets.length > 0) : [];
  return [
    title,
    ...(isOperator && node.ruleId !== undefined ? [`    rule id    ${node.ruleId}`] : []),
    ...(node.category === "adapter" ? [] : node.inputs.map((input) => `    reads      ${inputText(input)}`)),
    ...(node.category === "adapter" || node.consumer === undefined ? [] : [consumerText(node.consumer)]),
    ...(node.category === "adapter" && node.stored === true ? ["    waits      until the stream has a reading"] : []),
    ...calls.map(([port, targets]) => `    calls      ${targets.join(", ")}${port === "out" ? "" : ` (from ${port})`}`),
    ...node.publishes.map((subject) => `    publishes  ${subject}`),
  ];
}

function consumerText({ stream, name, maxPending }: ConsumerPlan): string {
  return `    consumer   ${name} of the stream ${stream}, at most ${maxPending} unacknowledged`;
}

function inputText({ subject, queue, accepts, foreignOnly, stored }: SubscriptionPlan): string {
  const from =
    accepts === "any"
      ? "from anybody"
      : `from ${accepts.map(({ node, port }) => (port === "out" ? node : `${node}:${port}`)).join(", ")}`;
  const how = stored === true ? "stored" : `queue ${queue}`;
  return `${subject}  (${foreignOnly === true ? "foreign publishers only" : from}; ${how})`;
}
