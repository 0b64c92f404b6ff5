/** What alarms, their states and what happened to them are called. */
import type { MessageKey, Translate } from "../i18n/messages.ts";

export const levels = ["critical", "error", "warning", "info"] as const;

const states: Readonly<Record<string, MessageKey>> = {
  "active-unacknowledged": "alarms.state.activeUnacknowledged",
  "active-acknowledged": "alarms.state.activeAcknowledged",
  "returned-unacknowledged": "alarms.state.returnedUnacknowledged",
  normal: "alarms.state.normal",
  shelved: "alarms.state.shelved",
  suppressed: "alarms.state.suppressed",
  "out-of-service": "alarms.state.outOfService",
};
const events: Readonly<Record<string, MessageKey>> = {
  raised: "alarms.event.raised",
  repeated: "alarms.event.repeated",
  cleared: "alarms.event.cleared",
  acknowledged: "alarms.event.acknowledged",
  shelved: "alarms.event.shelved",
  unshelved: "alarms.event.unshelved",
  suppressed: "alarms.event.suppressed",
  unsuppressed: "alarms.event.unsuppressed",
  removed: "alarms.event.removed",
  commented: "alarms.event.commented",
};
const levelNames: Readonly<Record<string, MessageKey>> = {
  critical: "alarms.level.critical",
  error: "alarms.level.error",
  warning: "alarms.level.warning",
  info: "alarms.level.info",
};
const limits: Readonly<Record<string, string>> = { hihi: "HiHi", hi: "Hi", lo: "Lo", lolo: "LoLo" };

const named =
  (names: Readonly<Record<string, MessageKey>>) =>
  (t: Translate, name: string): string => {
    const key = names[name];
    return key === undefined ? name : t(key);
  };

/** As ISA-18.2 calls them. */
export const stateText = named(states);
export const eventText = named(events);
export const levelText = named(levelNames);

/** `HiHi`; empty where the rule has one limit only. */
export function limitText(limit: string): string {
  return limits[limit] ?? limit;
}

/** Numbers with at most six digits that count, anything else as JSON. */
export function alarmValue(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** `45 s`, `12 min`, `3 h 20 min`, `5 d 4 h`: two steps at most, since nobody acts on more. */
export function ageText(t: Translate, ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  const part = (unit: "s" | "min" | "h" | "d", n: number) => t(`alarms.unit.${unit}`, { n });
  const two = (big: string, small: number, words: string) => (small === 0 ? big : `${big} ${words}`);
  if (s < 60) return part("s", s);
  const min = Math.floor(s / 60);
  if (min < 60) return part("min", min);
  const h = Math.floor(min / 60);
  if (h < 24) return two(part("h", h), min % 60, part("min", min % 60));
  return two(part("d", Math.floor(h / 24)), h % 24, part("h", h % 24));
}
