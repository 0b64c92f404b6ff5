/** How code fields look: as the other fields, in the colours of the page. */
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const look = EditorView.theme({
  "&": { fontSize: "12px", color: "var(--text)", backgroundColor: "transparent", maxHeight: "260px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "18px", overflow: "auto" },
  ".cm-content": { padding: "5px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 9px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-placeholder": { color: "var(--text-faint)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "var(--accent-soft) !important",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-tooltip": {
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    backgroundColor: "var(--panel)",
    boxShadow: "var(--shadow-lifted)",
    color: "var(--text)",
    fontSize: "12px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--mantine-font-family-monospace)",
    maxHeight: "220px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--text)" },
  ".cm-completionDetail": { color: "var(--text-dim)", fontStyle: "normal" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px", maxWidth: "260px" },
  ".cm-diagnostic": { padding: "5px 9px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
});

export const tokenColors = HighlightStyle.define([
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--plugin)" },
  { tag: [tags.function(tags.variableName), tags.propertyName], color: "var(--rule)" },
  { tag: tags.variableName, color: "var(--accent)" },
  { tag: tags.keyword, color: "var(--rule)", fontWeight: "600" },
  { tag: [tags.operator, tags.punctuation], color: "var(--text-dim)" },
]);
