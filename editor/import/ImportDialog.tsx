import { Button, FileButton, Textarea } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, useEffect, useState } from "react";
import type { ImportResult } from "../../server/api/contract.ts";
import { visible } from "../debug/display-text.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";
import { addImported } from "./add-imported.tsx";
import { ImportReport } from "./ImportReport.tsx";
import "./import.css";

interface Props {
  /** What was dropped or pasted already. */
  readonly given: { readonly text: string; readonly name: string } | undefined;
  onClose(): void;
}

/** Takes in flows of Node-RED, or of ours: first what would become of them, then, if it is wanted, as new flows. */
export function ImportDialog({ given, onClose }: Props) {
  const t = useT();
  const editor = useEditor();
  const [text, setText] = useState("");
  const [result, setResult] = useState<ImportResult>();
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);

  const read = async (source: string, name: string) => {
    setBusy(true);
    setProblem("");
    try {
      const answer = await request("POST /api/import", { body: { text: source, name } });
      if (answer.ok) setResult(answer);
      else setProblem(answer.message);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  const readFile = async (file: File | null | undefined) => {
    if (file) await read(await file.text(), file.name);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was given is read once, when it is given
  useEffect(() => {
    if (given !== undefined) void read(given.text, given.name);
  }, [given]);

  if (result?.ok)
    return (
      <ImportReport
        result={result}
        onBack={() => setResult(undefined)}
        onImport={() => {
          addImported(editor, t, result.documents);
          onClose();
        }}
      />
    );
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    void readFile(event.dataTransfer.files[0]);
  };
  return (
    <form
      className="import"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      onSubmit={(event) => {
        event.preventDefault();
        void read(text, t("import.pasted"));
      }}
    >
      <p className="import__quiet">{t("import.intro")}</p>
      <Textarea
        label={t("import.text")}
        placeholder={'[{"id": "…", "type": "tab", …}]'}
        data-autofocus
        minRows={8}
        maxRows={8}
        autosize
        spellCheck={false}
        classNames={{ input: "import__code" }}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <p className="import__problem" role="alert">
        {visible(problem)}
      </p>
      <div className="import__buttons">
        <FileButton accept=".json,application/json" onChange={(file) => void readFile(file)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFileUpload size={15} aria-hidden />}>
              {t("import.choose")}
            </Button>
          )}
        </FileButton>
        <span className="import__quiet">{t("import.drop")}</span>
        <Button type="submit" loading={isBusy} disabled={text.trim() === ""}>
          {t("import.read")}
        </Button>
      </div>
    </form>
  );
}
