import { IconAlertTriangle } from "@tabler/icons-react";
import type { FlowDocument } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { categoryOf } from "../state/wiring.ts";
import { nodeName } from "./node-name.ts";
import type { NodeResult } from "./outcome.ts";

interface Props {
  readonly document: FlowDocument;
  readonly results: readonly NodeResult[];
  readonly captured: readonly string[];
  readonly chosen: string | undefined;
  onChoose(node: string | undefined): void;
}

/** Every node of the flow with what left it, or what it would have got; one of them can be chosen. */
export function NodeResults({ document, results, captured, chosen, onChoose }: Props) {
  const t = useT();
  const editor = useEditor();
  const point = (node: string | undefined) =>
    editor.view.highlight(node === undefined ? undefined : nodeKey(document.id, node.split("~", 1)[0] ?? node));
  return (
    <ul className="trial__nodes" aria-label={t("trial.nodes")}>
      <li>
        <button type="button" aria-pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
          {t("trial.all")}
        </button>
      </li>
      {results.map(({ node, ports, errors }) => (
        <li
          key={node}
          data-category={categoryOf(document.nodes.find(({ id }) => id === node)?.type ?? "plugin.convert")}
        >
          <button
            type="button"
            aria-pressed={chosen === node}
            data-silent={ports.length === 0 && errors === 0}
            onClick={() => onChoose(chosen === node ? undefined : node)}
            onMouseEnter={() => point(node)}
            onMouseLeave={() => point(undefined)}
          >
            <span className="trial__mark" aria-hidden />
            <span className="trial__name">{nodeName(document, node)}</span>
            {ports.length === 0 && errors === 0 && <span className="trial__quiet">{t("trial.nothing")}</span>}
            {ports.map(([port, count]) => (
              <span key={port} className="trial__port number">
                {port === "in" && captured.includes(node) ? t("trial.would") : port} {count}
              </span>
            ))}
            {errors > 0 && (
              <span className="trial__port number" data-is="bad">
                <IconAlertTriangle size={11} aria-hidden /> {errors}
              </span>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
