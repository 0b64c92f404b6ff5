/** How the messages of a trial get to their nodes. */
import type { Problem } from "../../flows/format/problem.ts";
import { type Catalog, isAdapter, isPluginOrRule } from "../../nodes/contract/catalog.ts";
import { isoTime } from "../bus/envelope.ts";
import type { FlowPlan, NodePlan } from "../compiler/plan.ts";
import { AdapterNode } from "../runtime/adapter-node.ts";
import type { RunningNode } from "../runtime/engine.ts";
import { handOver } from "../runtime/intake.ts";
import { rawOutput } from "../runtime/raw-output.ts";
import type { Services, Witness } from "../runtime/services.ts";
import { SharedMessages } from "../runtime/shared-messages.ts";
import type { TrialInput, TrialReading } from "./trial.ts";

/** What keeps messages from being sent as they are wanted, with the place in the list. */
export function inputProblems(inputs: readonly TrialInput[], flow: FlowPlan, catalog: Catalog): readonly Problem[] {
  return inputs.flatMap((input, index) => {
    const message = inputProblem(input, flow, catalog);
    const path = ["inputs", index];
    return message === undefined ? [] : [{ code: "bad-input", severity: "error" as const, path, message }];
  });
}

function inputProblem(input: TrialInput, { nodes }: FlowPlan, catalog: Catalog): string | undefined {
  const node = nodes.find(({ id }) => id === input.node);
  if (node === undefined)
    return `there is no node "${input.node}" that runs; there is ${nodes.map(({ id }) => `"${id}"`).join(", ")}`;
  const takesRaw = takesReadings(node, catalog);
  if ("reading" in input && !takesRaw && node.category !== "adapter")
    return `"${node.id}" takes points, not what an adapter reads; send it a point`;
  if ("message" in input && node.category === "adapter")
    return `the adapter "${node.id}" has no input; say what it reads as raw`;
  return undefined;
}

function takesReadings({ type }: NodePlan, { nodes }: Catalog): boolean {
  const definition = nodes.get(type);
  return definition !== undefined && isPluginOrRule(definition) && definition.accepts === "raw";
}

const subject = "trial";

/** For inputs without problems. */
export function sender(
  services: Services,
  flow: FlowPlan,
  running: Iterable<RunningNode>,
  witness: Witness,
): (input: TrialInput) => void {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const shared = new SharedMessages();
  const takers = new Map(
    [...running].flatMap((node) =>
      node instanceof AdapterNode
        ? []
        : [[node.plan.id, handOver(services, shared, node, { subject, queue: "", accepts: "any" })] as const],
    ),
  );
  return (input) => {
    const node = nodes.get(input.node);
    if (node?.category === "adapter" && "reading" in input) {
      const reading = readingOf(input.reading, deviceOf(node, services.catalog));
      const publish = rawOutput(services, { module: "adapter", flow: flow.id, node: node.id }, node.protocol);
      const { trace, json } = publish(reading, services.clock.now());
      witness.left(node.id, "out", trace.id, JSON.parse(json) as object, undefined);
      return;
    }
    const content =
      "reading" in input
        ? { ...readingOf(input.reading, input.node), protocol: "http", timestamp: isoTime(services.clock.now()) }
        : input.message;
    takers.get(input.node)?.({
      subject,
      data: Buffer.from(JSON.stringify(content ?? null)),
      header: () => undefined,
    });
  };
}

function readingOf({ payload, device, encoding, metadata = {} }: TrialReading, defaultDevice: string) {
  const device_id = device ?? defaultDevice;
  return {
    device_id,
    payload,
    encoding: encoding ?? (typeof payload === "string" ? "text" : "json"),
    metadata,
  } as const;
}

function deviceOf({ id, type, config }: NodePlan, catalog: Catalog): string {
  const definition = catalog.nodes.get(type);
  if (definition === undefined || !isAdapter(definition)) return id;
  return definition.scope(definition.config.parse(config)).devices?.[0] ?? id;
}
