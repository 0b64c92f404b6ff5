import { useEffect } from "react";
import { useT } from "../i18n/messages.ts";
import { useEditor } from "../state/editor.ts";

/** A file dropped anywhere on the page is offered for import; without this the browser would leave the page for it. */
export function useFileDrop(): void {
  const t = useT();
  const { view } = useEditor();
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const onDragOver = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (!hasFiles(event) || file === undefined) return;
      event.preventDefault();
      const show = (text: string) =>
        view.show({ kind: "import", given: { text, name: file.name || t("import.pasted") } });
      file.text().then(show, () => undefined);
    };
    const ends = new AbortController();
    window.addEventListener("dragover", onDragOver, { signal: ends.signal });
    window.addEventListener("drop", onDrop, { signal: ends.signal });
    return () => ends.abort();
  }, [view, t]);
}
