import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { EvaluateAnswer, EvaluateResult } from "../../server/api/contract.ts";
import { oneLine, visible } from "../debug/display-text.ts";
import { useT } from "../i18n/messages.ts";

/** What the code makes of the last message of one series. */
export function CodePreview({ answer }: { readonly answer: EvaluateAnswer | undefined }) {
  const t = useT();
  const [chosen, setChosen] = useState<string>();
  if (answer === undefined || !answer.ok) return null;
  const { results } = answer;
  const shown = results.find((result) => nameOf(result) === chosen) ?? preferred(results);
  if (shown === undefined) return <p className="code-preview code-preview--quiet">{t("code.noMessage")}</p>;
  const { value, result, error } = shown;
  return (
    <div className="code-preview" role="status" aria-label={t("code.preview")}>
      {results.length > 1 ? (
        <NativeSelect
          className="code-preview__series"
          size="xs"
          variant="unstyled"
          aria-label={t("code.series")}
          data={results.map((each) => ({ value: nameOf(each), label: oneLine(nameOf(each), 60) }))}
          value={nameOf(shown)}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      ) : (
        <bdi className="code-preview__series">{oneLine(nameOf(shown), 60)}</bdi>
      )}
      <code className="code-preview__value" title={visible(value)}>
        {oneLine(value, 40)}
      </code>
      <span aria-hidden>→</span>
      {result === undefined ? (
        <span className="code-preview__error">{error}</span>
      ) : (
        <code className="code-preview__result" data-result={result} title={visible(result)}>
          {oneLine(result, 80)}
        </code>
      )}
    </div>
  );
}

function nameOf({ device, key }: EvaluateResult): string {
  return `${device} ${key}`;
}

/** One for which there is a result, a number before others: most code is about numbers. */
function preferred(results: readonly EvaluateResult[]): EvaluateResult | undefined {
  const working = results.filter(({ result }) => result !== undefined);
  return working.find(({ value }) => !Number.isNaN(Number(value))) ?? working[0] ?? results[0];
}
