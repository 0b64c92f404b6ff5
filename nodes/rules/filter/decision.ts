import type { Emission, OperatorContext } from "../../contract/operator.ts";
import type { Point } from "../../contract/point.ts";
import type { Settings } from "./settings.ts";

/**
 * Lets a point pass (`undefined`) or says by what emission it is rejected. Emissions are made once, not per point.
 * Throws `MessageError` when it cannot tell.
 */
export type Decide = (point: Point) => Emission | undefined;

export interface Filter {
  /** What it does with these settings, for the card. */
  line(settings: Settings): string;
  create(settings: Settings, context: Pick<OperatorContext, "clock">): Decide;
}

export function rejected(reason: string): Emission {
  return { port: "rejected", reason };
}
