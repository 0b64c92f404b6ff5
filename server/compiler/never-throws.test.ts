import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowDocument } from "../../flows/format/document.ts";
import { checkDocument } from "../../flows/format/read.ts";
import { overlaps } from "../bus/subjects.ts";
import { diff } from "./diff.ts";
import { explain } from "./explain.ts";
import { catalog, compileFlows } from "./fake-nodes.ts";
import type { NodePlan } from "./plan.ts";

const id = fc.constantFrom("a", "b", "c", "d", "constructor");
const type = fc.constantFrom(...catalog.nodes.keys(), "rule.unknown", "nonsense", "constructor");
const subject = fc.oneof(
  fc.constantFrom("iot.processed.>", "iot.rules.*", "iot.processed.d1.*", "a..b", "*"),
  fc.string(),
);
const text = fc.oneof(
  fc.constantFrom("d1", `\${HOST}`, `\${NOT_SET}`, `\${value}`, "c", "iot.processed.x.y"),
  fc.string(),
);
const value = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }),
  fc.record({ $secret: text }),
  fc.jsonValue({ maxDepth: 3 }),
);
const config = fc.dictionary(
  fc.oneof(
    fc.constantFrom("devices", "keys", "connection", "broker", "min", "subject", "output", "topics", "__proto__"),
    fc.string(),
  ),
  value,
  { maxKeys: 4 },
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const document = fc.record({
  format: fc.constant(1),
  id,
  enabled: fc.boolean(),
  delivery: fc.constantFrom("live", "durable"),
  results: optional(
    fc.record({ status: fc.boolean(), data: fc.boolean(), format: fc.constantFrom("envelope", "bare") }),
  ),
  connections: fc.array(fc.record({ id, type: fc.constantFrom("mqtt", "modbus", "none"), config }), { maxLength: 2 }),
  nodes: fc.array(
    fc.record({
      id,
      type,
      name: text,
      disabled: optional(fc.boolean()),
      subject: optional(subject),
      ruleId: optional(fc.string()),
      config,
    }),
    { maxLength: 6 },
  ),
  wires: fc.array(
    fc.record({
      from: id,
      to: id,
      port: optional(fc.constantFrom("out", "rejected", "failed", "toString")),
      input: optional(fc.constantFrom("in", "other")),
    }),
    { maxLength: 8 },
  ),
});

/** Subjects of a node on which one message would come twice. */
function overlapping(node: NodePlan): string[] {
  const subjects = node.category === "adapter" ? [] : node.inputs.map(({ subject }) => subject);
  return subjects.filter((one, index) => subjects.slice(index + 1).some((other) => overlaps(one, other)));
}

test("any documents that passed the check compile, to a plan that gives no message twice to a node", () => {
  fc.assert(
    fc.property(fc.array(document, { maxLength: 3 }), fc.string(), (values, inputSubject) => {
      const documents = values
        .map((value) => checkDocument(JSON.parse(JSON.stringify(value)), "f"))
        .flatMap((result): FlowDocument[] => (result.ok ? [result.document] : []));
      const { plan, problems, nodes } = compileFlows(documents, { inputSubject, env: { HOST: "h" } });
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      for (const { id } of documents) expect(Object.hasOwn(nodes, id)).toBe(true);
      for (const { message } of problems) expect(message).not.toBe("");
      for (const node of plan.flows.flatMap(({ nodes }) => nodes)) expect(overlapping(node)).toEqual([]);
      expect(diff(plan, plan)).toMatchObject({ started: [], stopped: [], restarted: [], rewired: [] });
      explain(plan, problems);
    }),
    { numRuns: 300 },
  );
});
