/** The plan and problems as text for a terminal. */
import type { Problem } from "../../flows/format/problem.ts";
import { placeOf } from "./config-faults.ts";
import type { FlowPlan, NodePlan, Plan, SubscriptionPlan } from "./plan.ts";

/** What each node reads, publishes and calls, with the command that shows its messages; the problems at the end. */
export function explain(plan: Plan, problems: readonly Problem[]): string {
  const flows = plan.flows.map(explainFlow);
  const streams = plan.streams.map(({ name, subjects }) => `Stream ${name} stores ${subjects.join(", ")}\n`);
  const parts = [flows.length === 0 ? "No flow runs.\n" : flows.join("\n"), streams.join(""), problemsText(problems)];
  return parts.filter((part) => part !== "").join("\n");
}

function explainFlow(flow: FlowPlan): string {
  const connections = flow.connections.map(({ id, type }) => `  connection ${id} (${type})\n`);
  const nodes = flow.nodes.map((node) => explainNode(node, flow.names[node.id]));
  return [`Flow ${flow.id}, ${flow.delivery}\n`, ...connections, ...nodes].join("");
}

function explainNode(node: NodePlan, name: string | undefined): string {
  const lines: [string, string][] = [];
  if (node.connection !== undefined) lines.push(["connection", node.connection]);
  if ((node.category === "plugin" || node.category === "rule") && node.ruleId !== undefined)
    lines.push(["rule id", node.ruleId]);
  const inputs = node.inputs ?? [];
  for (const input of inputs)
    lines.push(["reads", `${input.subject} ${sendersOf(input)}${input.stored === true ? ", stored" : ""}`]);
  if (node.category !== "adapter" && node.consumer !== undefined) {
    const { stream, name, maxPending } = node.consumer;
    lines.push(["stream", stream], ["consumer", `${name}, at most ${maxPending} unacknowledged`]);
  }
  if (node.category === "adapter" && node.stored === true) lines.push(["waits", "until the stream has a reading"]);
  const queue = inputs.find(({ stored }) => stored !== true)?.queue;
  if (queue !== undefined) lines.push(["queue", queue]);
  for (const subject of node.publishes) lines.push(["publishes", subject]);
  if (node.category === "plugin" || node.category === "rule")
    for (const [port, targets] of Object.entries(node.next))
      lines.push(["calls", `${targets.join(", ")} from ${port}`]);
  const watched = node.publishes[0] ?? inputs[0]?.subject;
  if (watched !== undefined) lines.push(["watch", `nats sub "${watched}"`]);
  const title = `  ${node.id} (${node.type})${name === undefined ? "" : ` ${name}`}\n`;
  return title + lines.map(([label, text]) => `    ${label.padEnd(10)} ${text}\n`).join("");
}

function sendersOf({ accepts, foreignOnly }: SubscriptionPlan): string {
  if (foreignOnly === true) return "from outside the gateway";
  if (accepts === "any") return "from anybody";
  return `from ${accepts.map(({ node, port }) => (port === "out" ? node : `${node}.${port}`)).join(", ")}`;
}

/** One line for each problem, errors first; empty when there are none. */
export function problemsText(problems: readonly Problem[]): string {
  const ordered = [
    ...problems.filter(({ severity }) => severity === "error"),
    ...problems.filter(({ severity }) => severity === "warning"),
  ];
  return ordered.map(problemLine).join("");
}

function problemLine({ severity, code, flow, node, path = [], message }: Problem): string {
  const where = [flow, node].filter((part) => part !== undefined).join("/");
  const field = message.startsWith(placeOf(path)) ? "" : placeOf(path);
  const place = [where, field].filter((part) => part !== "").join(" ");
  return `${severity.padEnd(7)} ${place === "" ? "" : `${place}: `}${message} [${code}]\n`;
}
