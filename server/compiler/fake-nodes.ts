/** Small node types and documents for the compiler's tests. */
import { z } from "zod";
import { type FlowDocument, flowDocument } from "../../flows/format/document.ts";
import { catalogOf } from "../../nodes/contract/catalog.ts";
import { defineConnection } from "../../nodes/contract/connection.ts";
import { defineConnector } from "../../nodes/contract/connector.ts";
import { connection, secret } from "../../nodes/contract/fields.ts";
import { defineOperator } from "../../nodes/contract/operator.ts";
import { compile } from "./compile.ts";
import type { CompilerSettings } from "./settings.ts";

const words = { title: "Fake", summary: "", help: "", icon: "bolt", examples: [] };
const never = () => {
  throw new Error("the compiler opens and creates nothing");
};
const ids = z.array(z.string()).optional();

const broker = defineConnection({
  ...words,
  type: "mqtt",
  config: z.object({
    host: z.string().default("localhost"),
    port: z.int().default(1883),
    password: secret().optional(),
  }),
  open: never,
});
const bus = defineConnection({ ...words, type: "modbus", config: z.object({ host: z.string() }), open: never });

const adapter = { ...words, open: never };
const operator = { ...words, create: never };
const sink = { ...words, batch: () => ({ size: 1, lingerMs: 0 }), open: never };

export const catalog = catalogOf([
  broker,
  bus,
  defineConnector({
    ...adapter,
    type: "adapter.mqtt",
    protocol: "mqtt",
    connection: broker,
    config: z.object({
      connection: connection(broker),
      devices: ids,
      topics: z.array(z.strictObject({ filter: z.string() })).default([]),
    }),
    scope: ({ devices }) => ({ devices }),
  }),
  defineConnector({
    ...adapter,
    type: "adapter.mock",
    protocol: "mock",
    config: z.object({ devices: ids, keys: ids }),
    scope: ({ devices, keys }) => ({ devices, keys }),
  }),
  defineConnector({
    ...adapter,
    type: "adapter.valve",
    protocol: "mock",
    config: z.object({ devices: ids, allowWrites: z.boolean().default(true) }),
    scope: ({ devices }) => ({ devices }),
    takesCommands: ({ allowWrites }) => allowWrites,
  }),
  defineOperator({
    ...operator,
    type: "plugin.convert",
    accepts: "raw",
    config: z.object({ output: z.enum(["point", "batch"]).default("point") }),
    batches: ({ output }) => output === "batch",
  }),
  defineOperator({
    ...operator,
    type: "plugin.validate",
    accepts: "point",
    outputs: [
      { name: "out", title: "Valid" },
      { name: "rejected", title: "Rejected" },
      { name: "invalid", title: "Invalid", rejects: true },
    ],
    config: z.object({}),
  }),
  defineOperator({
    ...operator,
    type: "plugin.route",
    accepts: "point",
    outputs: [{ name: "out", title: "Everything else" }],
    outputsFrom: { list: "routes", name: "name" },
    config: z.object({ routes: z.array(z.object({ name: z.string() })).default([]) }),
  }),
  defineOperator({
    ...operator,
    type: "plugin.rename",
    accepts: "point",
    config: z.object({ device: z.string().optional() }),
    scope: ({ device }, { keys }) => ({ devices: device === undefined ? undefined : [device], keys }),
  }),
  defineOperator({
    ...operator,
    type: "rule.filter",
    accepts: "point",
    outputs: [
      { name: "out", title: "Passed" },
      { name: "rejected", title: "Rejected" },
    ],
    config: z.object({ min: z.number().optional(), label: z.string().optional(), on: z.boolean().optional() }),
    line: ({ min }) => (min === undefined ? "everything" : `value ≥ ${min}`),
  }),
  defineOperator({
    ...operator,
    type: "rule.sieve",
    accepts: "point",
    outputs: [
      { name: "out", title: "Passed" },
      { name: "rejected", title: "Rejected", switchable: true },
    ],
    config: z.object({}),
  }),
  defineOperator({
    ...operator,
    type: "rule.forward",
    accepts: "point",
    config: z.object({ subject: z.string() }),
    publishes: ({ subject }) => [subject],
  }),
  defineConnector({
    ...words,
    open: never,
    type: "plugin.sidecar",
    accepts: "point",
    protocol: "isp",
    config: z.object({}),
    limits: () => ({ maxInFlight: 1, timeoutMs: 1_000, mailbox: 10 }),
  }),
  defineConnector({
    ...words,
    open: never,
    type: "rule.ask",
    accepts: "point",
    connection: broker,
    config: z.object({ broker: connection(broker).optional(), subject: z.string().default("ask.me") }),
    publishes: ({ subject }) => [subject],
    limits: () => ({ maxInFlight: 1, timeoutMs: 1_000, mailbox: 10 }),
  }),
  defineConnector({ ...sink, type: "sink.console", config: z.object({}) }),
  defineConnector({
    ...sink,
    type: "sink.mqtt",
    connection: broker,
    config: z.object({ broker: connection(broker), topic: z.string().default("t") }),
  }),
  defineConnector({
    ...sink,
    type: "sink.jetstream",
    config: z.object({ subject: z.string() }),
    publishes: ({ subject }) => [subject],
  }),
]);

export const settings: CompilerSettings = {
  inputSubject: "iot.processed.>",
  inputMatch: "widen",
  outputSubject: "iot.rules.*",
  queueGroup: "rule_engine_workers",
  stored: { maxPending: 1_000, ackWaitMs: 30_000 },
  secrets: new Set(["broker-password"]),
  env: {},
};

type Input = { readonly [Field in keyof z.input<typeof flowDocument>]?: z.input<typeof flowDocument>[Field] };

/** `nodes` by id: the type, or the type with more. `wires` such as `"a > b"` or `"a.rejected > b"`. */
export function flow(
  nodes: Readonly<Record<string, string | { readonly type: string; readonly [field: string]: unknown }>>,
  wires: readonly string[] = [],
  more: Input = {},
): FlowDocument {
  return flowDocument.parse({
    format: 1,
    id: "f",
    nodes: Object.entries(nodes).map(([id, node]) => ({ id, ...(typeof node === "string" ? { type: node } : node) })),
    wires: wires.map((wire) => {
      const [from = "", to = ""] = wire.split(" > ");
      const [node, port] = from.split(".");
      return { from: node, to, ...(port === undefined ? {} : { port }) };
    }),
    ...more,
  });
}

export function compileFlows(flows: readonly FlowDocument[], changed: Partial<CompilerSettings> = {}) {
  const compiled = compile(flows, catalog, { ...settings, ...changed });
  const node = (id: string, flowId = "f") => {
    const found = compiled.plan.flows.find(({ id }) => id === flowId)?.nodes.find((node) => node.id === id);
    if (found === undefined) throw new Error(`no node ${id} in the plan: ${JSON.stringify(compiled.problems)}`);
    return found;
  };
  return {
    ...compiled,
    node,
    /** `subject < node.port, node.port` for each subscription of a node. */
    reads(id: string, flowId = "f"): string[] {
      const reader = node(id, flowId);
      return (reader.inputs ?? []).map(({ subject, accepts, foreignOnly }) => {
        const senders = accepts === "any" ? "any" : accepts.map(({ node, port }) => `${node}.${port}`).join(", ");
        return `${subject} < ${foreignOnly === true ? "foreign" : senders}`;
      });
    },
    /** `error bad-config f/a min` and so on, without the words. */
    faults: compiled.problems.map(({ severity, code, flow, node, path }) =>
      [severity, code, [flow, node].filter((part) => part !== undefined).join("/"), path?.join(".")]
        .filter((part) => part !== undefined && part !== "")
        .join(" "),
    ),
  };
}
