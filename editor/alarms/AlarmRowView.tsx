import {
  IconBellOff,
  IconCheck,
  IconCircleDashed,
  IconCircleFilled,
  IconClockPause,
  IconCornerDownLeft,
} from "@tabler/icons-react";
import type { AlarmRow } from "../../server/api/contract.ts";
import { oneLine } from "../debug/display-text.ts";
import { useT } from "../i18n/messages.ts";
import { ageText, alarmValue, limitText, stateText } from "./alarm-words.ts";
import { LevelMark } from "./LevelMark.tsx";

const stateIcons = {
  "active-unacknowledged": IconCircleFilled,
  "active-acknowledged": IconCheck,
  "returned-unacknowledged": IconCornerDownLeft,
  shelved: IconClockPause,
  suppressed: IconBellOff,
  "out-of-service": IconBellOff,
};

/** One occurrence on one line. */
export function AlarmRowView({ alarm, nowMs }: { readonly alarm: AlarmRow; readonly nowMs: number }) {
  const t = useT();
  const { level, message, ruleName, rule, device, key, limit, raisedValue, raisedAt } = alarm;
  return (
    <>
      <LevelMark level={level} />
      <StateMark state={alarm.state} />
      <span className="alarms__what" title={oneLine(message, 1_000)}>
        <strong>{oneLine(ruleName || rule, 60)}</strong> <bdi>{oneLine(message, 300)}</bdi>
      </span>
      <span className="alarms__where">
        <bdi>{oneLine(device, 60)}</bdi> · <bdi>{oneLine(key, 60)}</bdi>
        {limit !== "" && <span className="alarms__limit">{limitText(limit)}</span>}
      </span>
      <span className="alarms__number number">{oneLine(alarmValue(raisedValue), 24)}</span>
      <span className="alarms__number number">{ageText(t, nowMs - Date.parse(raisedAt))}</span>
    </>
  );
}

/** A state by shape and words. */
export function StateMark({ state }: { readonly state: string }) {
  const t = useT();
  const Icon = stateIcons[state as keyof typeof stateIcons] ?? IconCircleDashed;
  return (
    <span className="alarms__state" data-state={state} title={stateText(t, state)}>
      <Icon size={12} aria-hidden />
      <span className="alarms__state-words">{stateText(t, state)}</span>
    </span>
  );
}
