import type { z } from "zod";
import type { Emission, Operator, OperatorContext, Trace } from "../../contract/operator.ts";
import type { Point } from "../../contract/point.ts";
import type { Settings } from "./settings.ts";

/** The filter keeps the point, and emits it itself later. */
export const held = Symbol("held");

/**
 * Lets a point pass (`undefined`), or says by what emission it leaves. Emissions are made once, not per point. Throws
 * `MessageError` when it cannot tell.
 */
export type Decide = (point: Point, trace: Trace) => Emission | undefined | typeof held;

/** One way to filter at work; what it remembers is saved and closed as an operator's is. */
export interface Deciding extends Pick<Operator<Point>, "snapshot" | "close"> {
  readonly decide: Decide;
}

export type FilterContext = Pick<OperatorContext, "clock" | "emit" | "report" | "restored">;

export interface Filter {
  /** What it does with these settings, for the card. */
  line(settings: Settings): string;
  /** The shape of what it remembers of each series. */
  readonly saved?: z.ZodType;
  /** What in the settings gives that its meaning. */
  basis?(settings: Settings): unknown;
  create(settings: Settings, context: FilterContext): Deciding;
}

export function rejected(reason: string): Emission {
  return { port: "rejected", reason };
}
