import { Button } from "@mantine/core";
import { IconTarget } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { DeadLetterDetail, DeadLetterSummary } from "../../server/api/contract.ts";
import { visible } from "../debug/display-text.ts";
import { locate, nodeName } from "../drawer/locate.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { useWhen } from "../lists/use-when.ts";
import { useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { LetterActions } from "./LetterActions.tsx";

const JsonEditor = lazy(() =>
  import("../code/JsonEditor.tsx").then(({ JsonEditor: component }) => ({ default: component })),
);

/** Longer ones are shown as they are, and replayed as they are. */
const mostEdited = 200_000;

interface Props {
  readonly letter: DeadLetterSummary;
  onDone(): void;
}

/** One of them: why it was given up, and its payload, which can be mended. */
export function LetterDetail({ letter, onDone }: Props) {
  const t = useT();
  const when = useWhen();
  const editor = useEditor();
  const { sequence, flow, node } = letter;
  const [detail, setDetail] = useState<DeadLetterDetail>();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    request("GET /api/dead-letters/:sequence", { params: { sequence }, signal: abort.signal }).then(
      (loaded) => {
        setDetail(loaded);
        setText(pretty(loaded.payload));
      },
      (error: Error) => {
        if (!abort.signal.aborted) setProblem(error.message);
      },
    );
    return () => abort.abort();
  }, [sequence]);
  const isEdited = detail !== undefined && text !== pretty(detail.payload);
  const facts: readonly (readonly [string, string])[] = [
    [t("letters.node"), visible(nodeName(editor, flow, node))],
    [t("letters.when"), when(letter.at)],
    [t("letters.subject"), visible(letter.subject)],
    [t("letters.attempts"), String(letter.attempts)],
    [t("letters.trace"), visible(letter.traceId)],
  ];
  return (
    <>
      <p className="letters__error">{visible(letter.error)}</p>
      <dl className="letters__facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {editor.documents.getState().flows[flow] !== undefined && node !== "" && (
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconTarget size={13} aria-hidden />}
          onClick={() => locate(editor, nodeKey(flow, node))}
        >
          {t("letters.showNode")}
        </Button>
      )}
      {problem !== "" && <p className="letters__error">{problem}</p>}
      {detail !== undefined && (
        <>
          <div className="letters__payload">
            {text.length > mostEdited ? (
              <pre>{visible(text.slice(0, mostEdited))}…</pre>
            ) : (
              <Suspense fallback={<pre>{visible(text.slice(0, 2_000))}</pre>}>
                <JsonEditor label={t("letters.payload")} value={text} isInvalid={false} onChange={setText} />
              </Suspense>
            )}
          </div>
          <LetterActions letters={[letter]} edited={isEdited ? text : undefined} onDone={onDone} />
        </>
      )}
    </>
  );
}

/** JSON with line breaks; anything else as it came. */
function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
