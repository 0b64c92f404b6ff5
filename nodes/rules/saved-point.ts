/** Points in what rules remember over a restart. */
import { z } from "zod";
import { type Point, pointTypes } from "../contract/point.ts";

const pointShape = z.looseObject({
  device_id: z.string(),
  key: z.string(),
  value: z.unknown(),
  type: z.enum(pointTypes),
  quality: z.number(),
  timestamp: z.string(),
  tags: z.record(z.string(), z.string()),
});

/** A point as it is: fields it has beyond the known ones stay, and it is not copied. */
export const savedPoint = z.custom<Point>((value) => pointShape.safeParse(value).success, "not a point");
export const savedTrace = z.object({ id: z.string(), hops: z.number() });
