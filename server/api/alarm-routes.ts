/** Alarms: which there are, what was done with them, and what people do. */
import { z } from "zod";
import type { AlarmFilter, AlarmRow } from "../store/alarms.ts";
import type { AlarmJournal } from "./alarm-journal.ts";
import { ApiFailure } from "./failure.ts";
import type { RouteTable } from "./route.ts";

export interface AlarmServices {
  readonly alarms: AlarmJournal;
  nowMs(): number;
}

type AlarmRoutes = Pick<
  RouteTable,
  | "GET /api/alarms"
  | "GET /api/alarms/:id/journal"
  | "GET /api/alarm-journal"
  | "POST /api/alarms/:id/acknowledge"
  | "POST /api/alarms/:id/shelve"
  | "POST /api/alarms/:id/unshelve"
  | "POST /api/alarms/:id/comment"
>;

const filters: readonly AlarmFilter[] = ["current", "active", "unacknowledged", "shelved", "all"];
const maxPage = 1_000;
const rateMinutes = 60;
const minuteMs = 60_000;
const comment = z.string().trim().min(1).max(2_000);
const withComment = z.strictObject({ comment: comment.exactOptional() });
const done = { ok: true } as const;

export function alarmRoutes({ alarms, nowMs }: AlarmServices): AlarmRoutes {
  const existing = (id: string): AlarmRow => {
    const alarm = alarms.read().get(id);
    if (alarm !== undefined) return alarm;
    throw new ApiFailure(404, "no-alarm", "there is no such alarm: it is too old, or was never raised");
  };
  const commentOn = (id: string, by: string, text: string | undefined) => {
    if (text !== undefined) alarms.comment(id, by, text);
  };
  const unwatched = (what: string) =>
    new ApiFailure(409, "nothing-to-do", `${what}, or no rule that runs watches this occurrence any more`);

  return {
    "GET /api/alarms": {
      role: "viewer",
      handle({ query: { show = "current", level, device, text, limit } }) {
        const filter = filters.find((each) => each === show);
        if (filter === undefined) throw new ApiFailure(400, "bad-request", `show is one of ${filters.join(", ")}`);
        const stored = alarms.read();
        return {
          alarms: stored.list({
            show: filter,
            ...(level === undefined ? {} : { level }),
            ...(device === undefined ? {} : { device }),
            ...(text === undefined ? {} : { text }),
            limit: pageSize(limit),
          }),
          counts: stored.counts(),
          raisedPerMinute: perMinute(
            stored.raisedSince(new Date(nowMs() - rateMinutes * minuteMs).toISOString()),
            nowMs(),
          ),
        };
      },
    },
    "GET /api/alarms/:id/journal": {
      role: "viewer",
      handle({ parameters: { id } }) {
        existing(id);
        return alarms.read().journal(id);
      },
    },
    "GET /api/alarm-journal": {
      role: "viewer",
      handle: ({ query: { before, level, text, limit } }) =>
        alarms.read().events({
          limit: pageSize(limit),
          ...(before === undefined ? {} : { before: wholeNumber("before", before) }),
          ...(level === undefined ? {} : { level }),
          ...(text === undefined ? {} : { text }),
        }),
    },
    "POST /api/alarms/:id/acknowledge": {
      role: "operator",
      body: withComment,
      async handle({ body, caller, parameters: { id } }) {
        existing(id);
        if (!(await alarms.command({ id, by: caller.name, verb: "acknowledge" })))
          throw unwatched("it is acknowledged already");
        commentOn(id, caller.name, body.comment);
        return done;
      },
    },
    "POST /api/alarms/:id/shelve": {
      role: "operator",
      body: z.strictObject({ until: z.iso.datetime({ offset: true }), comment: comment.exactOptional() }),
      async handle({ body, caller, parameters: { id }, note }) {
        existing(id);
        note({ detail: { until: body.until } });
        const untilMs = Date.parse(body.until);
        if (untilMs <= nowMs()) throw new ApiFailure(400, "bad-request", "until is a time to come");
        if (!(await alarms.command({ id, by: caller.name, verb: "shelve", untilMs })))
          throw unwatched("it cannot be shelved");
        commentOn(id, caller.name, body.comment);
        return done;
      },
    },
    "POST /api/alarms/:id/unshelve": {
      role: "operator",
      body: withComment,
      async handle({ body, caller, parameters: { id } }) {
        existing(id);
        if (!(await alarms.command({ id, by: caller.name, verb: "unshelve" }))) throw unwatched("it is not shelved");
        commentOn(id, caller.name, body.comment);
        return done;
      },
    },
    "POST /api/alarms/:id/comment": {
      role: "operator",
      body: z.strictObject({ comment }),
      handle({ body, caller, parameters: { id } }) {
        existing(id);
        alarms.comment(id, caller.name, body.comment);
        return done;
      },
    },
  };
}

function pageSize(text: string | undefined): number {
  return text === undefined ? 200 : Math.min(maxPage, wholeNumber("limit", text));
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiFailure(400, "bad-request", `${name} is a whole number`);
}

/** How many in each of the last minutes, oldest first. */
function perMinute(times: readonly string[], nowMs: number): number[] {
  const counts = new Array<number>(rateMinutes).fill(0);
  for (const time of times) {
    const index = rateMinutes - 1 - Math.floor((nowMs - Date.parse(time)) / minuteMs);
    if (counts[index] !== undefined) counts[index]++;
  }
  return counts;
}
