/** JSON of points, made once while a point passes through a chain: it is needed for the copy, the original and the result. */
import type { Point } from "../../nodes/contract/point.ts";

/**
 * Remembers the last two points: in a chain these are what a rule was given and what it made of it. Points never
 * change, so the same object always has the same text.
 */
export class PointJson {
  #point: Point | undefined;
  #json = "";
  #previousPoint: Point | undefined;
  #previousJson = "";

  of(point: Point): string {
    if (point === this.#point) return this.#json;
    if (point === this.#previousPoint) return this.#previousJson;
    this.#previousPoint = this.#point;
    this.#previousJson = this.#json;
    this.#point = point;
    this.#json = JSON.stringify(point);
    return this.#json;
  }
}
