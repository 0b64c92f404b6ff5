/** Rule files of the gateway that was written in Go: one rule, a list of them, or `{rules: […]}`. Nothing trusted. */
import { isRecord } from "../node-red-file.ts";

export interface GatewayRule {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly dataType: string;
  readonly conditions: unknown;
  readonly actions: readonly unknown[];
}

/** `undefined` when the file holds something else. */
export function gatewayRules(value: unknown): readonly GatewayRule[] | undefined {
  const list =
    isRecord(value) && Array.isArray(value["rules"]) ? value["rules"] : Array.isArray(value) ? value : [value];
  const rules = list.filter((entry): entry is Readonly<Record<string, unknown>> => isRecord(entry) && isRule(entry));
  return rules.length === list.length && rules.length > 0 ? rules.map(ruleOf) : undefined;
}

/** Nodes of Node-RED have neither, and our own documents are told before. */
function isRule(entry: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(entry["actions"]) && ("conditions" in entry || "name" in entry || "id" in entry);
}

function ruleOf(entry: Readonly<Record<string, unknown>>): GatewayRule {
  const text = (field: string) => (typeof entry[field] === "string" ? entry[field] : "");
  return {
    id: text("id"),
    name: text("name") || text("id") || "Rule",
    description: text("description"),
    isEnabled: entry["enabled"] !== false,
    dataType: text("data_type"),
    conditions: entry["conditions"],
    actions: Array.isArray(entry["actions"]) ? entry["actions"] : [],
  };
}
