import { json, jsonParseLinter } from "@codemirror/lang-json";
import { linter } from "@codemirror/lint";
import { CodeEditor, type CodeEditorProps } from "./CodeEditor.tsx";
import "./code.css";

const extensions = [json(), linter(jsonParseLinter(), { delay: 300 })];

/** JSON as code, faults underlined where parsing stops. */
export function JsonEditor(props: Omit<CodeEditorProps, "extensions" | "diagnostics">) {
  return <CodeEditor {...props} extensions={extensions} />;
}
