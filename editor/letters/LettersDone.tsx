import { type ReactNode, useCallback } from "react";
import { oneLine, visible } from "../debug/display-text.ts";
import { nodeName } from "../drawer/locate.ts";
import { request } from "../gateway/request.ts";
import { type MessageKey, useT } from "../i18n/messages.ts";
import { usePolled } from "../lists/use-polled.ts";
import { useWhen } from "../lists/use-when.ts";
import { useEditor } from "../state/editor.ts";

const words: Readonly<Record<string, MessageKey>> = {
  replayed: "letters.did.replayed",
  edited: "letters.did.edited",
  discarded: "letters.did.discarded",
};

/** Who did what with dead letters, newest first. */
export function LettersDone({ tabs }: { readonly tabs: ReactNode }) {
  const t = useT();
  const when = useWhen();
  const editor = useEditor();
  const load = useCallback(() => request("GET /api/dead-letter-actions", { query: { limit: 500 } }), []);
  const { answer, problem } = usePolled(load, 0);
  return (
    <>
      <div className="letters__bar">{tabs}</div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className="letters__done" aria-label={t("letters.done")} tabIndex={0}>
        {(answer === undefined || answer.length === 0) && (
          <p className="choice-list__empty">
            {problem || t(answer === undefined ? "letters.asking" : "letters.nothingDone")}
          </p>
        )}
        {answer !== undefined && answer.length > 0 && (
          <table>
            <thead>
              <tr>
                <th>{t("letters.when")}</th>
                <th>{t("letters.who")}</th>
                <th>{t("letters.did")}</th>
                <th>{t("letters.node")}</th>
                <th>{t("letters.subject")}</th>
                <th>{t("letters.reason")}</th>
              </tr>
            </thead>
            <tbody>
              {answer.map(({ at, who, action, flow, node, sequence, subject, error }) => (
                <tr key={`${at} ${sequence}`}>
                  <td className="number">{when(at)}</td>
                  <td>{oneLine(who, 40)}</td>
                  <td>{words[action] === undefined ? action : t(words[action])}</td>
                  <td>{oneLine(nodeName(editor, flow, node), 40)}</td>
                  <td>{oneLine(subject, 80)}</td>
                  <td className="letters__why">{visible(error)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}
