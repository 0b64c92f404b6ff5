import type { Point, PointType } from "../../contract/point.ts";

/** A point under construction, not seen by anybody else yet. */
export interface Draft extends Point {
  device_id: string;
  key: string;
  value: unknown;
  type: PointType;
  /** Still those of the point it is made from: replace, never change. */
  tags: Readonly<Record<string, string>>;
}

/** Throws `MessageError` when it cannot be done with this point. */
export type Step = (draft: Draft) => void;
