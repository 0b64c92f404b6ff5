import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import type { Problem } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import "./debug.css";
import { pathText } from "./json-path.ts";

interface Props {
  readonly problems: readonly Problem[];
  nodeName(flow: string, node: string): string;
  onLocate(problem: Problem): void;
}

/** All problems, errors first; a click goes to where it can be mended. */
export function ProblemsList({ problems, nodeName, onLocate }: Props) {
  const t = useT();
  if (problems.length === 0)
    return (
      <p className="debug__empty">
        <IconCircleCheck size={18} stroke={1.6} className="debug__good" aria-hidden />
        {t("problems.none")}
      </p>
    );
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning");
  return (
    <ul className="problems" aria-label={t("problems.list")}>
      {[...errors, ...warnings].map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two problems may be equal in everything
        <li key={index}>
          <button type="button" className="problems__row" onClick={() => onLocate(problem)}>
            {problem.severity === "error" ? (
              <IconAlertCircle size={15} stroke={1.8} className="problems__error" aria-label={t("problems.error")} />
            ) : (
              <IconAlertTriangle
                size={15}
                stroke={1.8}
                className="problems__warning"
                aria-label={t("problems.warning")}
              />
            )}
            <span className="problems__place">
              {problem.node === undefined ? t("problems.wholeFlow") : nodeName(problem.flow ?? "", problem.node)}
              {problem.path === undefined || problem.path.length === 0 ? null : (
                <code className="problems__path">{pathText(problem.path)}</code>
              )}
            </span>
            <span className="problems__message">{problem.message}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
