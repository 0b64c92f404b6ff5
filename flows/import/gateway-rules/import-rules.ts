/** One document made of all rules of a file: for each a filter with its condition, and a node for each of its actions. */
import { currentFormat, type FlowDocument, flowDocument } from "../../format/document.ts";
import { Ids } from "../ids.ts";
import type { ImportedNode } from "../report.ts";
import { type Action, actionOf } from "./actions.ts";
import { conditionOf } from "./conditions.ts";
import type { GatewayRule } from "./rules-file.ts";
import { Unconvertible } from "./unconvertible.ts";

const conditionNote =
  "Numbers never equal texts, and a condition about a field that a point lacks is not met; there it was true, or failed the rule.";
const columnWidth = 260;
const rowHeight = 90;

export function importRules(rules: readonly GatewayRule[], name: string) {
  const flow = new Ids().make([name.replace(/\.\w+$/, "")], "rules");
  const ids = new Ids();
  const nodes: unknown[] = [];
  const wires: unknown[] = [];
  const places: Record<string, { x: number; y: number }> = {};
  const report: ImportedNode[] = [];
  let row = 0;

  for (const rule of rules) {
    const disabled = rule.isEnabled ? {} : { disabled: true };
    const condition = attempt(() => withType(rule, conditionOf(rule.conditions)));
    const condensed = condition instanceof Unconvertible ? "false" : condition;
    const actions = rule.actions.map((action) => attempt(() => actionOf(action, condensed)));
    const needsFilter = condensed !== "true" && actions.some((action) => "part" in action && !action.takesCondition);
    const rows: ImportedNode[] = [];
    let filter: string | undefined;
    if (needsFilter || actions.length === 0 || condition instanceof Unconvertible) {
      filter = ids.make([`${rule.name}-when`, `${rule.id}-when`], "when");
      nodes.push(
        node(
          filter,
          `${rule.name}: when`,
          { type: "rule.filter", config: { mode: "expression", expression: condensed } },
          disabled,
        ),
      );
      places[filter] = { x: 0, y: row * rowHeight };
      const why = condition instanceof Unconvertible ? [`Lets nothing through: ${condition.message}.`] : [];
      rows.push({
        flow,
        node: filter,
        name: rule.name,
        type: "conditions",
        outcome: condition instanceof Unconvertible ? "by-hand" : "approximated",
        notes: [...why, conditionNote],
      });
    }
    for (const [index, action] of actions.entries()) {
      const type = `action ${index + 1}`;
      if (action instanceof Unconvertible) {
        rows.push({ flow, name: rule.name, type, outcome: "by-hand", notes: [`Left out: ${action.message}.`] });
        continue;
      }
      const id = ids.make([rule.actions.length > 1 ? `${rule.name}-${index + 1}` : rule.name, rule.id], "rule");
      nodes.push(node(id, rule.name, action.part, disabled));
      places[id] = { x: columnWidth, y: row++ * rowHeight };
      if (filter !== undefined && !action.takesCondition) wires.push({ from: filter, to: id });
      const outcome = action.notes.length === 0 ? "converted" : "approximated";
      rows.push({
        flow,
        node: id,
        name: rule.name,
        type: `${type}: ${action.part.type}`,
        outcome,
        notes: action.notes,
      });
    }
    row++;
    report.push(...rows);
  }
  const layout = { nodes: places, groups: [], notes: [] };
  const document: FlowDocument = flowDocument.parse({ format: currentFormat, id: flow, name, nodes, wires, layout });
  return { documents: [document], report };
}

/** A rule for one type of data looks at no other. */
function withType({ dataType }: GatewayRule, condition: string): string {
  if (dataType === "") return condition;
  const type = `type == ${JSON.stringify(dataType)}`;
  return condition === "true" ? type : `${type} && (${condition})`;
}

function node(id: string, name: string, part: Action["part"], more: object): unknown {
  return { id, type: part.type, name: name.slice(0, 200), config: part.config, ...more };
}

function attempt<T>(make: () => T): T | Unconvertible {
  try {
    return make();
  } catch (error) {
    if (error instanceof Unconvertible) return error;
    throw error;
  }
}
