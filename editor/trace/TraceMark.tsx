import { useStore } from "zustand";
import { oneLine } from "../debug/display-text.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { visitText } from "./path.ts";

/** What the followed message was at a node, below its card; nothing on nodes it did not pass. */
export function TraceMark({ flow, node }: { readonly flow: string; readonly node: string }) {
  const t = useT();
  const { traces } = useEditor();
  const text = useStore(traces, ({ followed }) => {
    const visit = followed?.visits.get(nodeKey(flow, node));
    return visit && visitText(visit);
  });
  if (text === undefined) return null;
  const line = oneLine(text, 40);
  return (
    <span className="card__trace" title={t("trace.onCard", { text: oneLine(text, 400) })}>
      <bdi>{line === "" ? "…" : line}</bdi>
    </span>
  );
}
