/** An expression or template as code: completion, faults where they are, and the result on messages that just passed. */
import { autocompletion } from "@codemirror/autocomplete";
import type { Diagnostic } from "@codemirror/lint";
import { useEffect, useMemo, useRef, useState } from "react";
import type { EvaluateAnswer, ExpressionDescription } from "../../server/api/contract.ts";
import { CodeEditor, type CodeEditorProps } from "./CodeEditor.tsx";
import { CodePreview } from "./CodePreview.tsx";
import type { CodeHelp } from "./code-help.ts";
import { complete } from "./completion.ts";
import { expressionLanguage, templateLanguage } from "./expression-language.ts";
import "./code.css";

const settleMs = 250;
const againMs = 2_000;
const noNames: ExpressionDescription = { names: [], functions: [] };

interface Props extends Omit<CodeEditorProps, "extensions" | "diagnostics"> {
  readonly kind: "expression" | "template";
  readonly names: readonly string[];
  readonly help: CodeHelp;
  /** In the cell of a table there is no room for the result. */
  readonly isSmall: boolean;
}

export function ExpressionEditor({ kind, names, help, isSmall, ...rest }: Props) {
  const { value } = rest;
  const answer = useAnswer(help, value, kind, names);
  const known = useRef({ described: noNames, tags: answer?.tags ?? [], variables: names });
  known.current.tags = answer?.tags ?? known.current.tags;
  known.current.variables = names;
  useEffect(() => {
    // Without an answer there is nothing to complete, and the next field asks again.
    help.describe().then(
      (described) => {
        known.current.described = described;
      },
      () => undefined,
    );
  }, [help]);
  const extensions = useMemo(
    () => [
      kind === "template" ? templateLanguage : expressionLanguage,
      autocompletion({
        icons: false,
        override: [
          ({ state, pos, explicit }) => complete(state.sliceDoc(0, pos), explicit, { kind, ...known.current }),
        ],
      }),
    ],
    [kind],
  );
  const diagnostics = useMemo(() => diagnosticsOf(answer, value), [answer, value]);
  return (
    <>
      <CodeEditor {...rest} extensions={extensions} diagnostics={diagnostics} />
      {!isSmall && value.trim() !== "" && <CodePreview answer={answer} />}
    </>
  );
}

/** Asked again when the code has changed and settled, and now and then while messages pass. */
function useAnswer(help: CodeHelp, source: string, kind: Props["kind"], names: readonly string[]) {
  const [answer, setAnswer] = useState<EvaluateAnswer>();
  const nameList = names.join(" ");
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      if (document.visibilityState === "hidden") return;
      try {
        setAnswer(await help.evaluate(source, kind, nameList.split(" ").filter(Boolean), abort.signal));
      } catch {
        // Away or overtaken by the next letter: what was known stays.
      }
    };
    const first = setTimeout(() => void ask(), settleMs);
    const again = setInterval(() => void ask(), againMs);
    return () => {
      clearTimeout(first);
      clearInterval(again);
      abort.abort();
    };
  }, [help, source, kind, nameList]);
  return answer;
}

/** From the place of the fault to the end of the word there. An empty field is told about by the form. */
function diagnosticsOf(answer: EvaluateAnswer | undefined, source: string): readonly Diagnostic[] {
  if (answer === undefined || answer.ok || source.trim() === "") return [];
  const from = Math.min(answer.position, Math.max(0, source.length - 1));
  const length = /^(?:\w+|.)/s.exec(source.slice(from))?.[0].length ?? 1;
  return [{ from, to: Math.min(source.length, from + length), severity: "error", message: answer.message }];
}
