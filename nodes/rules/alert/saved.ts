/** What an alert remembers over a restart: one entry for each alarm that is not normal. */
import { z } from "zod";
import { type Point, pointTypes } from "../../contract/point.ts";

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

const pointShape = z.looseObject({
  device_id: z.string(),
  key: z.string(),
  value: z.unknown(),
  type: z.enum(pointTypes),
  quality: z.number(),
  timestamp: z.string(),
  tags: z.record(z.string(), z.string()),
});

export const savedEntry = z.object({
  /** Which of the rule's limits; empty where there is only one. */
  limit: z.string(),
  /** The latest of the series that this limit has looked at. */
  point: z.custom<Point>((value) => pointShape.safeParse(value).success, "not a point"),
  trace: z.object({ id: z.string(), hops: z.number() }),
  /** Of the occurrence; empty before the first. */
  id: z.string(),
  raisedAt: z.string(),
  /** For rates of change: when `point` was true. */
  measuredMs: time,
  alarm: savedAlarm,
});
export type SavedEntry = z.output<typeof savedEntry>;
