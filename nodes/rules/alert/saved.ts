/** What an alert remembers over a restart: one entry for each alarm that is not normal. */
import { z } from "zod";
import { savedPoint, savedTrace } from "../saved-point.ts";

const time = z.number().optional();

const savedAlarm = z.object({
  isActive: z.boolean(),
  isHeld: z.boolean(),
  isTold: z.boolean(),
  isAcknowledged: z.boolean(),
  isReturned: z.boolean(),
  isSuppressed: z.boolean(),
  missed: z.number(),
  /** Wall-clock times, milliseconds since 1970. */
  delayDueMs: time,
  repeatDueMs: time,
  throttleDueMs: time,
  shelvedUntilMs: time,
});
export type SavedAlarm = z.output<typeof savedAlarm>;

export const savedEntry = z.object({
  /** Which of the rule's limits; empty where there is only one. */
  limit: z.string(),
  /** The latest of the series that this limit has looked at. */
  point: savedPoint,
  trace: savedTrace,
  /** Of the occurrence; empty before the first. */
  id: z.string(),
  raisedAt: z.string(),
  /** For rates of change: when `point` was true. */
  measuredMs: time,
  alarm: savedAlarm,
});
export type SavedEntry = z.output<typeof savedEntry>;
