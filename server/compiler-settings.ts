/** What the compiler has to know of the settings and the environment. */
import type { CompilerSettings } from "./compiler/settings.ts";
import type { Settings } from "./settings.ts";

export function compilerSettings(
  { gateway, rule_engine, sidecars }: Settings,
  secrets: CompilerSettings["secrets"],
): CompilerSettings {
  const { input_subject, input_match, output_subject, error_subject, queue_group, max_pending, ack_wait } =
    rule_engine.nats;
  // The gateway's own variables hold its secrets, which no flow may name.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SLUICE_")));
  return {
    inputSubject: input_subject,
    inputMatch: input_match,
    outputSubject: output_subject,
    errorSubject: error_subject,
    queueGroup: queue_group,
    ...(gateway.jetstream.enabled && { stored: { maxPending: max_pending, ackWaitMs: ack_wait } }),
    secrets,
    ...(sidecars.programs === "off" && { programs: sidecars.programs }),
    env,
  };
}
