import { useContext, useMemo } from "react";
import { LanguageContext } from "../i18n/messages.ts";

/** Writes counts as the language does: `12,340`. */
export function useCount(): (count: number) => string {
  const language = useContext(LanguageContext);
  return useMemo(() => new Intl.NumberFormat(language).format, [language]);
}
