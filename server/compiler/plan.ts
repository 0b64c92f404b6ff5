/** The compiled form of all flows: plain JSON. What is compared, shown as "Compiled", printed by `sluice explain`, and run. */
import type { Protocol } from "../../nodes/contract/point.ts";

export interface Plan {
  readonly flows: readonly FlowPlan[];
  /** Streams the flows rely on. */
  readonly streams: readonly { readonly name: string; readonly subjects: readonly string[] }[];
}

export interface FlowPlan {
  readonly id: string;
  readonly delivery: "live" | "durable";
  readonly results: {
    readonly status: boolean;
    readonly data: boolean;
    readonly format: "envelope" | "bare";
    readonly rejected?: boolean | undefined;
  };
  readonly connections: readonly ConnectionPlan[];
  readonly nodes: readonly NodePlan[];
  /** Names for people, by node id. They appear in results but restart nothing when they change. */
  readonly names: Readonly<Record<string, string>>;
}

export interface ConnectionPlan {
  readonly id: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The place of a node in a stream: what it has acknowledged, kept by the server through restarts of everything. */
export interface ConsumerPlan {
  readonly stream: string;
  readonly name: string;
  /** Not acknowledged, nor said to be worked on, for so long: delivered again. */
  readonly ackWaitMs: number;
  /** Messages delivered and not acknowledged, at most. */
  readonly maxPending: number;
}

interface PlannedNode {
  /** The id in the document; `{adapter}~convert` for a conversion the compiler put in between. */
  readonly id: string;
  readonly type: string;
  /** As in the document: defaults are filled in by whoever runs it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Every subject it publishes on, wildcards where the ids are not known before it runs. For people and checks. */
  readonly publishes: readonly string[];
}

export interface AdapterPlan extends PlannedNode {
  readonly category: "adapter";
  readonly protocol: Protocol;
  /** Where commands come from; only of adapters that take them. */
  readonly inputs?: readonly SubscriptionPlan[];
  /** Id of the shared connection it uses. */
  readonly connection?: string;
  /** A reading counts as emitted when the stream has it. */
  readonly stored?: true;
}

export interface OperatorPlan extends PlannedNode {
  readonly category: "plugin" | "rule";
  /** Rules only. */
  readonly ruleId?: string;
  readonly inputs: readonly SubscriptionPlan[];
  /** Flows with durable delivery: what reads the stored inputs, one for all such nodes of a stage. */
  readonly consumer?: ConsumerPlan;
  /** Fused wires: output port → ids of the operators called directly. A change here re-wires without a restart. */
  readonly next: Readonly<Record<string, readonly string[]>>;
  /**
   * Ports whose points are not published. Of plugins, those wired to plugins alone: their points go on by call, so that
   * each is on `iot.processed` once, as the last plugin left it, and one that a later plugin refuses is never there. Of
   * rules, those of rejected points that nothing is wired to, where the flow says so: with many rules on one subject, nearly all.
   */
  readonly unpublished?: readonly string[];
  /** It owns a peer and answers later: it runs behind a mailbox. */
  readonly isProcessor?: true;
  /** Id of the shared connection a processor uses. */
  readonly connection?: string;
}

export interface SinkPlan extends PlannedNode {
  readonly category: "sink";
  readonly connection?: string;
  readonly inputs: readonly SubscriptionPlan[];
  /** What reads the stored inputs: its own, so that it waits while the target is away. */
  readonly consumer?: ConsumerPlan;
}

export type NodePlan = AdapterPlan | OperatorPlan | SinkPlan;

export interface SubscriptionPlan {
  readonly subject: string;
  /** `{queue_group}.{flow}.{node}`. */
  readonly queue: string;
  /**
   * `any` for an input without a wire. Otherwise the upstream ports of the same flow whose messages are meant; a
   * message whose envelope names no node is accepted as well.
   */
  readonly accepts: "any" | readonly { readonly node: string; readonly port: string }[];
  /**
   * The subject carries copies of results that the node gets on another subscription: only messages of foreign
   * publishers, whose envelope names no node, are meant.
   */
  readonly foreignOnly?: true;
  /** Read through the node's consumer, not as it passes by. */
  readonly stored?: true;
}

export function nodeKey(flow: string, node: string): string {
  return `${flow}/${node}`;
}

export function findNode(plan: Plan, flow: string, node: string): NodePlan | undefined {
  return plan.flows.find(({ id }) => id === flow)?.nodes.find(({ id }) => id === node);
}
