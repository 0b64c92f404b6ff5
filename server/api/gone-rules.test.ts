import { expect, test } from "vitest";
import { loadCatalog } from "../../nodes/contract/catalog.ts";

import type { OperatorPlan, Plan } from "../compiler/plan.ts";
import { nodesFolder } from "../product.ts";
import { goneRules } from "./gone-rules.ts";

const catalog = await loadCatalog(nodesFolder);
const rule = (id: string, config: Record<string, unknown>, type = "rule.alert"): OperatorPlan => ({
  id,
  type,
  category: "rule",
  config,
  publishes: [],
  inputs: [],
  next: {},
});
const plan = (...nodes: OperatorPlan[]): Plan => ({
  flows: [
    {
      id: "f",
      delivery: "live",
      results: { status: true, data: true, format: "envelope" },
      connections: [],
      nodes,
      names: {},
    },
  ],
  streams: [],
});
const limits = { kind: "limits", hi: 80 };

test.each([
  ["is taken out", plan(), ["f/hot"]],
  ["watches something of another kind", plan(rule("hot", { kind: "noData", timeout: "5s" })), ["f/hot"]],
  ["is another type", plan(rule("hot", { mode: "expression", expression: "value > 1" }, "rule.filter")), ["f/hot"]],
  ["has another limit", plan(rule("hot", { kind: "limits", hi: 90 })), []],
  ["stays as it is", plan(rule("hot", limits), rule("new", limits)), []],
])("what a rule has told is over when it %s, and goes on otherwise", (_, next, gone) => {
  expect([...goneRules(plan(rule("hot", limits)), next, catalog)]).toEqual(gone);
});
