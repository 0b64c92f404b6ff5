/** A text field for code: CodeMirror, fetched when the first such field is on the screen. */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderText, tooltips } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { styleNonce } from "../style-nonce.ts";
import { look, tokenColors } from "./look.ts";

export interface CodeEditorProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly isInvalid: boolean;
  /** Language, completion and linting; used as it is when the field appears. */
  readonly extensions: Extension;
  /** Faults that somebody else found, by offsets in `value`. */
  readonly diagnostics?: readonly Diagnostic[];
  onChange(value: string): void;
  onFocus?(): void;
  onBlur?(): void;
  /** Hands out what puts text where the cursor is. */
  readonly insertRef?: { current: ((text: string) => void) | undefined };
}

export function CodeEditor(props: CodeEditorProps) {
  const { label, value, placeholder = "", isInvalid, diagnostics, insertRef } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const attributes = useRef(new Compartment());

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const { current: first } = latest;
    const made = new EditorView({
      parent,
      state: EditorState.create({
        doc: first.value,
        extensions: [
          EditorView.cspNonce.of(styleNonce()),
          look,
          syntaxHighlighting(tokenColors),
          history(),
          bracketMatching(),
          closeBrackets(),
          EditorView.lineWrapping,
          // The side panel would cut what opens inside it.
          tooltips({ parent: document.body }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          placeholderText(first.placeholder ?? ""),
          attributes.current.of(attributesOf(first.label, first.isInvalid)),
          first.extensions,
          EditorView.updateListener.of(({ docChanged, state }) => {
            const text = state.doc.toString();
            if (docChanged && text !== latest.current.value) latest.current.onChange(text);
          }),
          EditorView.domEventHandlers({
            beforeinput: typeOverSelection,
            focus: () => latest.current.onFocus?.(),
            blur: () => latest.current.onBlur?.(),
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const { current } = view;
    if (current === undefined || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: attributes.current.reconfigure(attributesOf(label, isInvalid)) });
  }, [label, isInvalid]);
  useEffect(() => {
    if (view.current === undefined || diagnostics === undefined) return;
    const { length } = view.current.state.doc;
    // They are about a text that may have become shorter meanwhile.
    const inside = diagnostics.filter(({ to }) => to <= length);
    view.current.dispatch(setDiagnostics(view.current.state, inside));
  }, [diagnostics]);
  useEffect(() => {
    if (insertRef === undefined) return;
    insertRef.current = (text) => {
      const { current } = view;
      if (current === undefined) return;
      current.dispatch(current.state.replaceSelection(text));
      current.focus();
    };
    return () => {
      insertRef.current = undefined;
    };
  }, [insertRef]);
  return <div ref={place} className="code-field" data-invalid={isInvalid} data-placeholder={placeholder} />;
}

/**
 * Left to itself, Chromium keeps the colour of replaced text by a style of its own, which the security policy of the page
 * refuses with an error for every such letter.
 */
function typeOverSelection(event: InputEvent, view: EditorView): boolean {
  const { data, inputType, isComposing } = event;
  const { from, to, empty } = view.state.selection.main;
  if (inputType !== "insertText" || data === null || isComposing || empty) return false;
  const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type" });
  const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert));
  if (!isHandled) view.dispatch(insert());
  return true;
}

function attributesOf(label: string, isInvalid: boolean): Extension {
  return EditorView.contentAttributes.of({
    "aria-label": label,
    "aria-invalid": String(isInvalid),
    spellcheck: "false",
    autocorrect: "off",
    autocapitalize: "off",
  });
}
