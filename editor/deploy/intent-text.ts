import type { Translate } from "../i18n/messages.ts";
import type { Intent } from "../state/deployment.ts";

/** "3 changed, 1 new": what a deployment will do. */
export function intentText({ added, changed, removed, wires, quiet }: Intent, t: Translate): string {
  const parts = [
    changed > 0 && t("intent.changed", { n: changed }),
    added > 0 && t("intent.new", { n: added }),
    removed > 0 && t("intent.removed", { n: removed }),
    wires > 0 && t("intent.wires", { n: wires }),
    quiet > 0 && t("intent.quiet"),
  ].filter((part) => part !== false);
  return parts.join(", ");
}
