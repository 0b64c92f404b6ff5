/** All words of the editor, in every language it speaks. `useT()` gives the function that looks them up. */
import { createContext, useContext, useMemo } from "react";
import { access } from "./access.ts";
import { account } from "./account.ts";
import { alarms } from "./alarms.ts";
import { code } from "./code.ts";
import { debug } from "./debug.ts";
import { en } from "./en.ts";
import { importing } from "./import.ts";
import { inspector } from "./inspector.ts";
import { letters } from "./letters.ts";
import { probing } from "./probe.ts";
import { secret } from "./secret.ts";
import { subjects } from "./subjects.ts";
import { trace } from "./trace.ts";
import { trial } from "./trial.ts";
import { zh } from "./zh.ts";

export const languages = { en: "English", zh: "简体中文" } as const;
export type Language = keyof typeof languages;

const messages = {
  en: {
    ...en,
    ...account.en,
    ...inspector.en,
    ...debug.en,
    ...subjects.en,
    ...trace.en,
    ...code.en,
    ...secret.en,
    ...access.en,
    ...alarms.en,
    ...trial.en,
    ...importing.en,
    ...letters.en,
    ...probing.en,
  },
  zh: {
    ...zh,
    ...account.zh,
    ...inspector.zh,
    ...debug.zh,
    ...subjects.zh,
    ...trace.zh,
    ...code.zh,
    ...secret.zh,
    ...access.zh,
    ...alarms.zh,
    ...trial.zh,
    ...importing.zh,
    ...letters.zh,
    ...probing.zh,
  },
} satisfies Record<Language, Record<string, string>>;

export type MessageKey = keyof typeof messages.en;
export type MessageValues = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, values?: MessageValues) => string;

/**
 * The text of a message. `{name}` stands for a value, `{n|node|nodes}` for the first word when the value is 1 and the
 * second when it is not. A value that is not given is left as written.
 */
export function translate(language: Language, key: MessageKey, values: MessageValues = {}): string {
  return messages[language][key].replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (all, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return all;
      if (one === undefined || other === undefined) return String(value);
      return value === 1 ? one : other;
    },
  );
}

/** The language of the person in front of the screen. English where nobody provides one, as in tests. */
export const LanguageContext = createContext<Language>("en");

export function useT(): Translate {
  const language = useContext(LanguageContext);
  return useMemo(() => (key, values) => translate(language, key, values), [language]);
}

/** The first language of the list that the editor speaks; English otherwise. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split("-", 1)[0];
    if (base === "zh" || base === "en") return base;
  }
  return "en";
}
