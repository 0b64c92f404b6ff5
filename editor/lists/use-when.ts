import { useMemo } from "react";
import { useView } from "../state/editor.ts";

/** Local date and time, to the second. */
export function useWhen(): (at: string) => string {
  const language = useView((view) => view.language);
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });
    return (at) => (Number.isNaN(Date.parse(at)) ? at : format.format(new Date(at)));
  }, [language]);
}
