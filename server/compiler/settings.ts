/** What the compiler has to know of the gateway besides its flows and its catalog. */

export interface CompilerSettings {
  /** `rule_engine.nats.input_subject`: what a rule without a wire listens to. */
  readonly inputSubject: string;
  /** `widen`: a `*` at the end of `inputSubject` stands for everything below, as people mean it. `literal`: as NATS reads it. */
  readonly inputMatch: "widen" | "literal";
  /** `rule_engine.nats.output_subject`: a template in which `*` or `>` stands for the rule id. */
  readonly outputSubject: string;
  /** `rule_engine.nats.error_subject`: one subject for the errors of all rules, used exactly. */
  readonly errorSubject?: string | undefined;
  /** `rule_engine.nats.queue_group`: each node's queue group is `{queueGroup}.{flow}.{node}`. */
  readonly queueGroup: string;
  /** How stored messages are read; `undefined` when nothing is stored (`gateway.jetstream.enabled: false`). */
  readonly stored?: { readonly maxPending: number; readonly ackWaitMs: number };
  /** Names of the secrets there are; `unknown` away from the gateway. Their values never reach the compiler. */
  readonly secrets: ReadonlySet<string> | "unknown";
  /** `off`: a node that starts a program is an error. */
  readonly programs?: "off";
  /** What `${NAME}` in a configuration may name. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a rule without a wire listens to. */
export function ruleInput({ inputSubject, inputMatch }: CompilerSettings): string {
  return inputMatch === "widen" ? inputSubject.replace(/(^|\.)\*$/, "$1>") : inputSubject;
}

/** What a sink without a wire listens to: the results of all rules. */
export function sinkInput({ outputSubject }: CompilerSettings): string {
  return outputSubject.replace(/>$/, "*");
}
