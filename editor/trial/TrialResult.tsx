import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { FlowDocument } from "../../server/api/contract.ts";
import { visible } from "../debug/display-text.ts";
import { locate } from "../drawer/locate.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import type { Bench } from "./bench.ts";
import { durationText } from "./duration.ts";
import { NodeResults } from "./NodeResults.tsx";
import { linesOf, resultsOf, type Seen } from "./outcome.ts";
import { TrialLines } from "./TrialLines.tsx";

interface Props {
  readonly document: FlowDocument;
  readonly bench: Bench;
}

/** What the test brought: node by node, and message by message. */
export function TrialResult({ document, bench }: Props) {
  const t = useT();
  const { outcome, problem, tried } = bench;
  const isStale =
    tried !== undefined &&
    (tried.document !== document || tried.inputs !== bench.inputs || tried.lasts !== bench.lasts);
  return (
    <section className="trial__result" aria-label={t("trial.result")}>
      {problem !== "" && (
        <p className="trial__verdict" data-is="bad" role="status">
          {problem}
        </p>
      )}
      {outcome === undefined && problem === "" && (
        <p className="trial__empty">{t(bench.isBusy ? "trial.busy" : "trial.empty")}</p>
      )}
      {outcome?.ok === false && <Refused document={document} outcome={outcome} />}
      {outcome?.ok === true && tried !== undefined && (
        <Happened document={tried.document} seen={outcome} test={bench.test?.name} isStale={isStale} />
      )}
    </section>
  );
}

function Refused({
  document,
  outcome,
}: {
  readonly document: FlowDocument;
  readonly outcome: Extract<Bench["outcome"], { ok: false }>;
}) {
  const t = useT();
  const editor = useEditor();
  return (
    <div className="trial__verdict" data-is="bad" role="status">
      <strong>{t("trial.refused")}</strong>
      <ul>
        {outcome.problems.map(({ node, message }) => (
          <li key={`${node} ${message}`}>
            {node === undefined ? (
              message
            ) : (
              <button type="button" onClick={() => locate(editor, nodeKey(document.id, node))}>
                {visible(message)}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface HappenedProps {
  readonly document: FlowDocument;
  readonly seen: Seen;
  readonly test: string | undefined;
  readonly isStale: boolean;
}

function Happened({ document, seen, test, isStale }: HappenedProps) {
  const t = useT();
  const [node, setNode] = useState<string>();
  const [trace, setTrace] = useState<string>();
  const results = useMemo(() => resultsOf(document, seen), [document, seen]);
  const all = useMemo(() => linesOf(seen), [seen]);
  const lines = all.filter(
    (line) =>
      (node === undefined || line.node === node) &&
      (trace === undefined || (line.kind === "message" && line.traceId === trace)),
  );
  const busy = results.filter(({ ports }) => ports.length > 0).length;
  return (
    <>
      <div className="trial__verdicts" role="status">
        {test !== undefined && seen.failures !== undefined && (
          <div className="trial__verdict" data-is={seen.failures.length === 0 ? "good" : "bad"}>
            {seen.failures.length === 0 ? (
              <IconCircleCheck size={15} aria-hidden />
            ) : (
              <IconAlertTriangle size={15} aria-hidden />
            )}
            <strong>{t(seen.failures.length === 0 ? "trial.passed" : "trial.failed", { name: test })}</strong>
            {seen.failures.map(({ atMs, lines: words }) => (
              <pre key={`${atMs} ${words[0]}`}>{`${durationText(atMs)}: ${words.map(visible).join("\n")}`}</pre>
            ))}
          </div>
        )}
        <p className="trial__summary">
          {t("trial.summary", { events: seen.events.length, nodes: busy, errors: seen.errors.length })}
          {seen.isCut && <strong> {t("trial.cut")}</strong>}
          {isStale && <strong> {t("trial.stale")}</strong>}
        </p>
      </div>
      <div className="trial__happened">
        <NodeResults document={document} results={results} captured={seen.captured} chosen={node} onChoose={setNode} />
        <div className="trial__right">
          {trace !== undefined && (
            <div className="trial__bar">
              <strong>{t("trial.followed")}</strong>
              <Button size="compact-xs" variant="default" onClick={() => setTrace(undefined)}>
                {t("trial.unfollow")}
              </Button>
            </div>
          )}
          <TrialLines
            document={document}
            lines={lines}
            captured={seen.captured}
            onFollow={(id) => {
              setNode(undefined);
              setTrace(id);
            }}
          />
        </div>
      </div>
    </>
  );
}
