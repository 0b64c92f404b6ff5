import type { Point, PointType } from "../../contract/point.ts";
import type { HistoryValues } from "../history.ts";

/** A point under construction, not seen by anybody else yet. */
export interface Draft extends Point {
  device_id: string;
  key: string;
  value: unknown;
  type: PointType;
  quality: number;
  timestamp: string;
  /** Still those of the point it is made from: replace, never change. So is everything inside of the other fields. */
  tags: Readonly<Record<string, string>>;
  [field: string]: unknown;
}

/** Why a point is to leave by `rejected`. */
export interface Rejection {
  readonly reason: string;
}

/**
 * Changes the draft, or says why the point is rejected. `known` is what expressions know of the point before. Throws
 * `MessageError` when it cannot be done with this point.
 */
export type Step = (draft: Draft, known: HistoryValues) => Rejection | undefined;
