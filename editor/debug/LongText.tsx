import { useState } from "react";
import { useT } from "../i18n/messages.ts";
import { visible } from "./display-text.ts";
import { useCount } from "./use-count.ts";

/** More than this at once would make the page slow; the rest can be copied. */
const longest = 20_000;

/** Text of any length: its beginning, all of it when asked for, never more than the page can bear. */
export function LongText({ text, limit = 300 }: { readonly text: string; readonly limit?: number }) {
  const t = useT();
  const count = useCount();
  const [all, setAll] = useState(false);
  const shown = text.slice(0, all ? longest : limit);
  return (
    <>
      <bdi className="debug__text">
        {visible(shown)}
        {shown.length < text.length ? "…" : ""}
      </bdi>
      {!all && text.length > limit ? (
        <button type="button" className="debug__more" onClick={() => setAll(true)}>
          {t("debug.showAll", { count: count(text.length) })}
        </button>
      ) : null}
      {all && text.length > longest ? (
        <span className="debug__quiet">{t("debug.cutAt", { count: count(longest) })}</span>
      ) : null}
    </>
  );
}
