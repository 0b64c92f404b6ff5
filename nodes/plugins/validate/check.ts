/** One kind of check: what can be set on it, and how it judges points. */
import { z } from "zod";
import type { Clock } from "../../contract/clock.ts";
import type { Point } from "../../contract/point.ts";

export interface Judge {
  /** Why the point is invalid; `undefined` when it is not. A `MessageError` is a reason as well. */
  reason(point: Point): string | undefined;
  /** The point has passed the whole node: for checks that compare with earlier points. */
  accept?(point: Point): void;
}

export interface Check<Settings extends z.ZodType = z.ZodType> {
  readonly settings: Settings;
  /** What it asks for, for the card and for counts: `0 … 100`. */
  words(settings: z.output<Settings>): string;
  create(settings: z.output<Settings>, context: { readonly clock: Clock }): Judge;
}

/** Infers the settings of a check. */
export function defineCheck<Settings extends z.ZodType>(check: Check<Settings>): Check<Settings> {
  return check;
}

/** The settings of a check: its name, its own fields, and which keys it is for. */
export function checkSettings<const Name extends string, Shape extends z.core.$ZodLooseShape>(
  name: Name,
  title: string,
  shape: Shape,
) {
  return z
    .strictObject({
      check: z.literal(name),
      ...shape,
      keys: z.string().min(1).max(1_000).optional().meta({
        title: "Only keys like",
        description: "* stands for any characters. Empty: every point.",
        placeholder: "temp*",
      }),
    })
    .meta({ title });
}
