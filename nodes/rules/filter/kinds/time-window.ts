import { DateTime } from "luxon";
import { timestampMs } from "../../../points/timestamp.ts";
import { type Filter, rejected } from "../decision.ts";
import type { Settings } from "../settings.ts";
import { weekdays } from "../weekdays.ts";

/** Changes of offset happen on whole minutes, so the answer is the same for all of a minute. */
const minuteMs = 60_000;

/**
 * By the clock on the wall of the time zone: in the night that has no 02:30 nothing passes at 02:30, in the one that has
 * two, both count. A window over midnight belongs to the day on which it begins.
 */
export const timeWindow: Filter = {
  line: (settings) => (settings.pass === "inside" ? words(settings) : `not ${words(settings)}`),
  create(settings) {
    const { timeZone, pass } = settings;
    const isInside = insideOf(settings);
    const other = rejected(`${pass === "inside" ? "outside of" : "in"} ${words(settings)}`);
    let minute = Number.NaN;
    let answer = false;
    return {
      decide(point) {
        const at = Math.floor(timestampMs(point) / minuteMs);
        if (at !== minute) {
          minute = at;
          answer = isInside(DateTime.fromMillis(at * minuteMs, { zone: timeZone }));
        }
        return answer === (pass === "inside") ? undefined : other;
      },
    };
  },
};

function insideOf({ days, from, to }: Settings): (time: DateTime) => boolean {
  const begin = minutesOf(from);
  const end = minutesOf(to);
  const isDay = (weekday: number) => days.length === 0 || days.includes(weekdays[(weekday + 6) % 7] ?? "mon");
  return ({ weekday, hour, minute }) => {
    const now = hour * 60 + minute;
    if (begin < end) return isDay(weekday) && now >= begin && now < end;
    return now >= begin ? isDay(weekday) : now < end && isDay(weekday - 1);
  };
}

function minutesOf(text: string): number {
  const [hour = "0", minute = "0"] = text.split(":");
  return Number(hour) * 60 + Number(minute);
}

function words({ days, from, to, timeZone }: Settings): string {
  return `${days.length === 0 ? "" : `${days.join(", ")} `}${from} … ${to} ${timeZone}`;
}
