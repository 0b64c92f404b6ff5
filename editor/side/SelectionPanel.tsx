import type { FlowDocument } from "../../server/api/contract.ts";
import { keyText } from "../commands/command.ts";
import { commands } from "../commands/commands.ts";
import { isMac } from "../commands/is-mac.ts";
import { useT } from "../i18n/messages.ts";
import { formatCount } from "../live/format.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { carriesOf, portOf, wireId } from "../state/wiring.ts";

const offered = [
  "wire",
  "group",
  "ungroup",
  "disable",
  "duplicate",
  "tidy",
  "align-left",
  "align-top",
  "distribute-x",
  "distribute-y",
  "pin",
  "heal",
  "remove",
];

/** Wires, notes, frames or several nodes: what they are and what one can do with all of them. */
export function SelectionPanel({ document }: { document: FlowDocument }) {
  const t = useT();
  const editor = useEditor();
  const { nodes, wires, boxes } = useDocuments((state) => state.selection);
  const parts = [
    nodes.size > 0 && t("count.nodes", { n: nodes.size }),
    wires.size > 0 && t("count.wires", { n: wires.size }),
    boxes.size > 0 && t("count.boxes", { n: boxes.size }),
  ].filter((part) => part !== false);
  const chosen = document.wires.filter((wire) => wires.has(wireId(wire)));
  const nameOf = (id: string) => document.nodes.find((node) => node.id === id)?.name || id;
  const typeOf = (id: string) => document.nodes.find((node) => node.id === id)?.type ?? "";
  return (
    <>
      <header className="side__head">
        <div className="side__title">
          <h2>{parts.join(", ")}</h2>
          <span className="side__hint">{wires.size > 0 ? t("side.wiresTapped") : t("side.several")}</span>
        </div>
      </header>
      <div className="side__body">
        {chosen.slice(0, 12).map((wire) => {
          const carries = carriesOf(typeOf(wire.from));
          return (
            <div key={wireId(wire)} className="side__wire">
              <button type="button" onClick={() => editor.documents.select({ nodes: new Set([wire.from]) })}>
                {nameOf(wire.from)}
              </button>
              <span className="side__port">
                {portOf(wire) === "out" ? "" : `${portOf(wire)} `}→ {carries && t(`carries.${carries}`)} →
              </span>
              <button type="button" onClick={() => editor.documents.select({ nodes: new Set([wire.to]) })}>
                {nameOf(wire.to)}
              </button>
            </div>
          );
        })}
        {chosen.length > 12 && <p className="side__hint">+{formatCount(chosen.length - 12)}</p>}
        <div className="side__actions">
          {offered.map((id) => {
            const command = commands.find((each) => each.id === id);
            if (command === undefined || command.isEnabled?.(editor) === false) return null;
            const [keys] = command.keys ?? [];
            return (
              <button key={id} type="button" className="side__action" onClick={() => command.run(editor, t)}>
                {t(command.title)}
                {keys !== undefined && <span className="kbd">{keyText(keys, isMac())}</span>}
              </button>
            );
          })}
        </div>
      </div>
    </>
  );
}
