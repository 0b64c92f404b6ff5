import { Button } from "@mantine/core";
import { IconCircleCheck, IconHandStop, IconWaveSine } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { ImportResult } from "../../server/api/contract.ts";
import { oneLine, visible } from "../debug/display-text.ts";
import { useT } from "../i18n/messages.ts";
import { byAttention, countOutcomes, type Outcome, outcomes } from "./outcomes.ts";

const icons = { converted: IconCircleCheck, approximated: IconWaveSine, "by-hand": IconHandStop };
/** Drawn at once; a file may hold ten thousand. */
const mostShown = 500;

interface Props {
  readonly result: Extract<ImportResult, { ok: true }>;
  onBack(): void;
  onImport(): void;
}

/** What would become of each node, what needs a hand first. */
export function ImportReport({ result, onBack, onImport }: Props) {
  const t = useT();
  const { documents, report } = result;
  const [only, setOnly] = useState<Outcome>();
  const counts = useMemo(() => countOutcomes(report), [report]);
  const sorted = useMemo(() => byAttention(report), [report]);
  const fitting = sorted.filter(({ outcome }) => only === undefined || outcome === only);
  const names = new Map(documents.map(({ id, name }) => [id, name || id]));
  return (
    <div className="import">
      <p>
        {t(result.kind === "node-red" ? "import.fromNodeRed" : "import.fromOurs", {
          flows: documents.length,
          nodes: report.length,
        })}
      </p>
      <div className="import__counts">
        {outcomes.map((outcome) => {
          const Icon = icons[outcome];
          return (
            <button
              key={outcome}
              type="button"
              data-outcome={outcome}
              aria-pressed={only === outcome}
              disabled={counts[outcome] === 0}
              onClick={() => setOnly(only === outcome ? undefined : outcome)}
            >
              <Icon size={16} aria-hidden />
              <strong className="number">{counts[outcome]}</strong>
              {t(`import.${outcome}`)}
            </button>
          );
        })}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className="import__nodes" aria-label={t("import.report")} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th>{t("import.node")}</th>
              <th>{t("import.outcome")}</th>
              <th>{t("import.notes")}</th>
              <th>{t("import.flow")}</th>
            </tr>
          </thead>
          <tbody>
            {fitting.slice(0, mostShown).map((each, index) => {
              const Icon = icons[each.outcome];
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and nodes may share everything
                <tr key={index}>
                  <td>
                    <bdi>{oneLine(each.name, 60)}</bdi>
                    <span className="import__quiet">{oneLine(each.type, 60)}</span>
                  </td>
                  <td className="import__outcome" data-outcome={each.outcome}>
                    <Icon size={14} aria-hidden /> {t(`import.${each.outcome}`)}
                  </td>
                  <td className="import__notes">{each.notes.map(visible).join(" ")}</td>
                  <td>{oneLine(each.flow === undefined ? "" : (names.get(each.flow) ?? each.flow), 40)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {fitting.length > mostShown && (
          <p className="import__quiet">{t("import.more", { n: fitting.length - mostShown })}</p>
        )}
      </section>
      <div className="import__buttons">
        <Button variant="default" onClick={onBack}>
          {t("import.back")}
        </Button>
        <span className="import__quiet">{t("import.notDeployed")}</span>
        <Button disabled={documents.length === 0} data-autofocus onClick={onImport}>
          {t("import.take", { n: documents.length })}
        </Button>
      </div>
    </div>
  );
}
