import { Button } from "@mantine/core";
import { useCallback, useState } from "react";
import { useStore } from "zustand";
import type { AlarmEventRow } from "../../server/api/contract.ts";
import { oneLine, visible } from "../debug/display-text.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { usePolled } from "../lists/use-polled.ts";
import { useWhen } from "../lists/use-when.ts";
import { useEditor } from "../state/editor.ts";
import type { AlarmFilter } from "./AlarmsDrawer.tsx";
import { alarmValue, eventText } from "./alarm-words.ts";
import { LevelMark } from "./LevelMark.tsx";

const pageSize = 200;

/** The journal: everything that happened to any alarm, newest first. */
export function AlarmEvents({ filter }: { readonly filter: AlarmFilter }) {
  const t = useT();
  const when = useWhen();
  const version = useStore(useEditor().alarms, ({ changes }) => changes);
  const load = useCallback(
    () => request("GET /api/alarm-journal", { query: { ...filter, limit: pageSize } }),
    [filter],
  );
  const { answer, problem } = usePolled(load, version);
  const [older, setOlder] = useState<{
    readonly of: AlarmFilter;
    readonly rows: readonly AlarmEventRow[];
    readonly isEnd: boolean;
  }>();
  const behind = older?.of === filter ? older : undefined;
  const newest = answer ?? [];
  // What came meanwhile pushes the first page on; nothing is shown twice.
  const from = newest.at(-1)?.id ?? 0;
  const rows = [...newest, ...(behind?.rows.filter(({ id }) => id < from) ?? [])];
  const last = rows.at(-1);
  const hasOlder = last !== undefined && (behind === undefined ? newest.length === pageSize : !behind.isEnd);
  const showOlder = async () => {
    if (last === undefined) return;
    const page = await request("GET /api/alarm-journal", { query: { ...filter, limit: pageSize, before: last.id } });
    const kept = rows.filter(({ id }) => id > last.id || id === last.id);
    setOlder({ of: filter, rows: [...kept, ...page], isEnd: page.length < pageSize });
  };
  if (rows.length === 0)
    return (
      <p className="choice-list__empty">
        {problem || t(answer === undefined ? "alarms.asking" : "alarms.none.journal")}
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="alarms__events" aria-label={t("alarms.show.journal")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{t("alarms.when")}</th>
            <th>{t("alarms.eventTitle")}</th>
            <th>{t("alarms.who")}</th>
            <th>{t("alarms.level")}</th>
            <th>{t("alarms.what")}</th>
            <th>{t("alarms.atRaise")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="number">{when(row.at)}</td>
              <td>{eventText(t, row.event)}</td>
              <td>{row.by === null ? "" : oneLine(row.by, 40)}</td>
              <td>
                <LevelMark level={row.level} />
              </td>
              <td className="alarms__words">
                <strong>{oneLine(row.ruleName, 60)}</strong> · <bdi>{oneLine(row.device, 60)}</bdi> ·{" "}
                <bdi>{oneLine(row.key, 60)}</bdi>
                <span className="alarms__quiet">{oneLine(row.message, 300)}</span>
                {row.comment !== null && <q>{visible(row.comment)}</q>}
              </td>
              <td className="number">{oneLine(alarmValue(row.value), 24)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasOlder && (
        <Button size="compact-xs" variant="default" m="xs" onClick={() => void showOlder().catch(() => undefined)}>
          {t("alarms.older")}
        </Button>
      )}
    </section>
  );
}
