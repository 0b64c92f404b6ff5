import type { Point } from "../../contract/point.ts";
import type { Series } from "../../points/series.ts";
import type { Settings } from "./settings.ts";

/** Finds the state that a point shares with others: with those of its series, of its device, or with all. */
export function namedBy({ limitBy }: Settings): <State>(series: Series<State>, point: Point) => State {
  if (limitBy === "series") return (series, point) => series.of(point);
  return limitBy === "device" ? (series, { device_id }) => series.at(device_id, "") : (series) => series.at("", "");
}
