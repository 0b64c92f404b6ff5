import { Button } from "@mantine/core";
import { IconTarget } from "@tabler/icons-react";
import { useCallback } from "react";
import type { AlarmRow } from "../../server/api/contract.ts";
import { visible } from "../debug/display-text.ts";
import { locate } from "../drawer/locate.ts";
import { request } from "../gateway/request.ts";
import { useT } from "../i18n/messages.ts";
import { usePolled } from "../lists/use-polled.ts";
import { useWhen } from "../lists/use-when.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import { nodeKey } from "../state/live.ts";
import { AlarmActions } from "./AlarmActions.tsx";
import { StateMark } from "./AlarmRowView.tsx";
import { ageText, alarmValue, eventText, limitText } from "./alarm-words.ts";
import { LevelMark } from "./LevelMark.tsx";

interface Props {
  readonly chosen: readonly AlarmRow[];
  readonly nowMs: number;
  /** Goes up when there may be more to tell. */
  readonly version: number;
}

/** What is known of the chosen alarm, or how many are chosen, and what can be done. */
export function AlarmDetail({ chosen, nowMs, version }: Props) {
  const t = useT();
  const [first] = chosen;
  return (
    <aside className="alarms__detail" aria-label={t("alarms.detail")}>
      {first === undefined ? (
        <p className="alarms__quiet">{t("alarms.choose")}</p>
      ) : (
        <>
          {chosen.length > 1 ? (
            <p className="alarms__many">{t("alarms.chosen", { n: chosen.length })}</p>
          ) : (
            <Facts alarm={first} nowMs={nowMs} />
          )}
          <AlarmActions chosen={chosen} />
          {chosen.length === 1 && <Journal id={first.id} version={version} />}
        </>
      )}
    </aside>
  );
}

function Facts({ alarm, nowMs }: { readonly alarm: AlarmRow; readonly nowMs: number }) {
  const t = useT();
  const when = useWhen();
  const editor = useEditor();
  const { flow, node } = alarm;
  const isDrawn = useDocuments(
    ({ flows }) => flows[flow]?.history.present.nodes.some(({ id }) => id === node) ?? false,
  );
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t("alarms.where"), `${visible(alarm.device)} · ${visible(alarm.key)}`],
    [t("alarms.limit"), limitText(alarm.limit) || undefined],
    [t("alarms.category"), visible(alarm.category) || undefined],
    [t("alarms.priority"), alarm.priority],
    [t("alarms.raised"), `${when(alarm.raisedAt)} (${ageText(t, nowMs - Date.parse(alarm.raisedAt))})`],
    [t("alarms.raisedValue"), visible(alarmValue(alarm.raisedValue))],
    [t("alarms.value"), visible(alarmValue(alarm.value))],
    [t("alarms.cleared"), alarm.clearedAt === null ? undefined : when(alarm.clearedAt)],
    [
      t("alarms.acknowledgedBy"),
      alarm.acknowledgedAt === null ? undefined : `${alarm.acknowledgedBy ?? "?"}, ${when(alarm.acknowledgedAt)}`,
    ],
    [t("alarms.shelvedUntil"), alarm.shelvedUntil === null ? undefined : when(alarm.shelvedUntil)],
  ];
  return (
    <>
      <div className="alarms__title">
        <LevelMark level={alarm.level} />
        <StateMark state={alarm.state} />
        {isDrawn && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconTarget size={13} aria-hidden />}
            onClick={() => locate(editor, nodeKey(flow, node))}
          >
            {t("alarms.showNode")}
          </Button>
        )}
      </div>
      <h3 className="alarms__name">{visible(alarm.ruleName || alarm.rule)}</h3>
      <p className="alarms__message">{visible(alarm.message)}</p>
      <dl className="alarms__facts">
        {facts.map(([name, text]) =>
          text === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{text}</bdi>
              </dd>
            </div>
          ),
        )}
      </dl>
    </>
  );
}

function Journal({ id, version }: { readonly id: string; readonly version: number }) {
  const t = useT();
  const when = useWhen();
  const load = useCallback(() => request("GET /api/alarms/:id/journal", { params: { id } }), [id]);
  const { answer = [], problem } = usePolled(load, version);
  return (
    <section className="alarms__journal" aria-label={t("alarms.journal")}>
      <h4>{t("alarms.journal")}</h4>
      {problem !== "" && <p className="alarms__quiet">{problem}</p>}
      <ol>
        {[...answer].reverse().map(({ at, event, by, comment, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are only ever added, at the end
          <li key={answer.length - index}>
            <span className="number">{when(at)}</span>
            <span>
              <strong>{eventText(t, event)}</strong>
              {by !== null && ` · ${visible(by)}`}
              {event !== "commented" && (
                <span className="alarms__quiet"> · {visible(alarmValue(value)).slice(0, 40)}</span>
              )}
              {comment !== null && <q>{visible(comment)}</q>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
