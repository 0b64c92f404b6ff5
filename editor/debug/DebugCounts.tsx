import { useT } from "../i18n/messages.ts";
import { useCount } from "./use-count.ts";

/** How much there is, how much of it is shown, and how much the feed left out. */
export function DebugCounts(props: { readonly shown: number; readonly all: number; readonly skipped: number }) {
  const { shown, all, skipped } = props;
  const t = useT();
  const count = useCount();
  return (
    <span className="debug__numbers">
      {skipped > 0 ? (
        <span className="debug__skipped" title={t("debug.skippedHint")}>
          {t("debug.skipped", { count: count(skipped) })}
        </span>
      ) : null}
      <span>
        {shown === all
          ? t("debug.count", { count: count(shown), n: shown })
          : t("debug.shown", { count: count(shown), all: count(all) })}
      </span>
    </span>
  );
}
