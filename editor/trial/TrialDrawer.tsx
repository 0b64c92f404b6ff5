import { useMemo } from "react";
import { useStore } from "zustand";
import { may } from "../account/account.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { currentFlow } from "../state/document.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { readInputs } from "./bench.ts";
import { TrialInputs } from "./TrialInputs.tsx";
import { TrialResult } from "./TrialResult.tsx";
import { readingTakers } from "./takes-readings.ts";
import "./trial.css";

/** Sends messages through the flow as it is drawn, with the engine that runs flows, and shows what each node made of them. */
export function TrialDrawer() {
  const t = useT();
  const editor = useEditor();
  const { benches } = editor;
  const document = useDocuments((state) => currentFlow(state)?.history.present);
  const bench = useStore(benches, (all) => (document === undefined ? undefined : all[document.id])) ?? benches.of("");
  const session = useStore(editor.account);
  const isAllowed = may(session, "editor");
  const takesReadings = useMemo(() => readingTakers(document, editor.types), [document, editor.types]);
  const read = useMemo(() => readInputs(bench, takesReadings), [bench, takesReadings]);
  if (document === undefined) return <div className="drawer__quiet">{t("trial.noInputs")}</div>;

  const run = async () => {
    if (!read.ok) return;
    const { inputs, endMs } = read;
    const { test } = bench;
    const start = test === undefined ? {} : { startMs: test.startMs, test: test.name };
    benches.change(document.id, { isBusy: true, problem: "" });
    try {
      const outcome = await request("POST /api/trial", { body: { document, inputs, endMs, ...start } });
      benches.change(document.id, {
        isBusy: false,
        outcome,
        tried: { document, inputs: bench.inputs, lasts: bench.lasts },
      });
    } catch (error) {
      benches.change(document.id, { isBusy: false, outcome: undefined, problem: (error as Error).message });
    }
  };
  return (
    <section className="trial" aria-label={t("trial.title")}>
      <TrialInputs
        document={document}
        bench={bench}
        faults={read.ok ? new Map() : read.faults}
        takesReadings={takesReadings}
        isAllowed={isAllowed}
        notAllowed={
          isAllowed || session.role === "anyone"
            ? ""
            : t("trial.notAllowed", { role: t(`access.role.${session.role}`) })
        }
        onRun={() => void run()}
      />
      <TrialResult document={document} bench={bench} />
    </section>
  );
}
