/** Puts secrets into a plan on its way to the worker. The plan that others see keeps its references. */
import type { Problem } from "../../flows/format/problem.ts";
import { secretName } from "../compiler/config.ts";
import type { FlowPlan, Plan } from "../compiler/plan.ts";

export interface RevealedPlan {
  readonly plan: Plan;
  /** The flows that name a secret which is not there or cannot be opened. */
  readonly problems: readonly Problem[];
}

/** `secretOf` answers `undefined` for a name that is not stored, and throws when its value cannot be had. */
export function revealSecrets(plan: Plan, secretOf: (name: string) => string | undefined): RevealedPlan {
  const problems: Problem[] = [];
  const flows = plan.flows.map((flow) => revealFlow(flow, secretOf, problems));
  return { plan: { ...plan, flows }, problems };
}

function revealFlow(flow: FlowPlan, secretOf: (name: string) => string | undefined, problems: Problem[]): FlowPlan {
  const inConfig = <Entry extends { readonly id: string; readonly config: Readonly<Record<string, unknown>> }>(
    entry: Entry,
  ): Entry => {
    const reveal = (value: unknown): unknown => {
      const name = secretName(value);
      if (name !== undefined) return secretIn(entry.id, name);
      if (Array.isArray(value)) return keepWhenSame(value, value.map(reveal));
      if (typeof value !== "object" || value === null) return value;
      const entries = Object.entries(value);
      const revealed = entries.map(([key, member]) => [key, reveal(member)] as const);
      return revealed.every(([, member], index) => member === entries[index]?.[1])
        ? value
        : Object.fromEntries(revealed);
    };
    const config = reveal(entry.config) as Entry["config"];
    return config === entry.config ? entry : { ...entry, config };
  };
  const secretIn = (node: string, name: string): string => {
    try {
      const secret = secretOf(name);
      if (secret !== undefined) return secret;
      problems.push(problem(flow.id, node, `there is no secret "${name}"; store it under that name`));
    } catch (error) {
      problems.push(problem(flow.id, node, (error as Error).message));
    }
    return "";
  };
  return { ...flow, connections: flow.connections.map(inConfig), nodes: flow.nodes.map(inConfig) };
}

function keepWhenSame(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((value, index) => value === before[index]) ? before : after;
}

function problem(flow: string, node: string, message: string): Problem {
  return { code: "missing-secret", severity: "error", flow, node, message };
}
