/** Deploys and says what came of it. */
import { notifications } from "@mantine/notifications";
import type { Session } from "../../server/api/contract.ts";
import { may } from "../account/account.ts";
import type { Translate } from "../i18n/messages.ts";
import { intentOf, type Outcome } from "../state/deployment.ts";
import type { Editor } from "../state/editor.ts";

/** Deploys the given flows, or all that have changes. */
export async function deployNow(editor: Editor, t: Translate, flows?: readonly string[], message = ""): Promise<void> {
  const session = editor.account.getState();
  if (!may(session, "editor")) {
    notifications.show({ message: notDeploy(session, t), color: "yellow" });
    return;
  }
  const ids = flows ?? intentOf(editor.documents.getState()).flows;
  tell(await editor.deployment.run(ids, message), editor, t);
}

/** Why somebody of this role does not deploy. */
export function notDeploy({ role }: Session, t: Translate): string {
  return t("access.notDeploy", { role: role === "anyone" ? "-" : t(`access.role.${role}`) });
}

function tell(outcome: Outcome, { view }: Editor, t: Translate): void {
  switch (outcome.kind) {
    case "done": {
      const { started, restarted, rewired, stopped, kept } = outcome.answer.changes;
      const parts = [
        started > 0 && t("deploy.started", { n: started }),
        restarted > 0 && t("deploy.restarted", { n: restarted }),
        rewired > 0 && t("deploy.rewired", { n: rewired }),
        stopped > 0 && t("deploy.stopped", { n: stopped }),
        kept > 0 && t("deploy.kept", { n: kept }),
      ].filter((part) => part !== false);
      const warnings = outcome.answer.warnings.length;
      notifications.show({
        title: t("deploy.done"),
        message: [...parts, ...(warnings > 0 ? [t("deploy.warnings", { n: warnings })] : [])].join(" · "),
        color: warnings > 0 ? "yellow" : "green",
      });
      return;
    }
    case "conflict":
      view.show({ kind: "conflict", flows: outcome.flows });
      return;
    case "refused": {
      const errors = outcome.problems.filter(({ severity }) => severity === "error").length;
      view.remember({ drawer: "problems" });
      notifications.show({ title: t("deploy.refused"), message: t("deploy.refusedHint", { n: errors }), color: "red" });
      return;
    }
    case "failed":
      notifications.show({ title: t("deploy.failed"), message: outcome.message, color: "red", autoClose: 10_000 });
      return;
    case "nothing":
      notifications.show({ message: t("deploy.nothing"), color: "gray" });
  }
}
