/** What raises an alarm: by kind, how a point is measured, and when a limit is passed and returned to. */
import type { AlertLevel, Point } from "../../contract/point.ts";
import { compileExpression } from "../../expression/expression.ts";
import { numberOf } from "../../points/number-of.ts";
import type { AlertConfig, Kind } from "./config.ts";

export interface Limit {
  /** Empty where the kind has only one. */
  readonly name: "" | "hihi" | "hi" | "lo" | "lolo";
  readonly threshold: number | undefined;
  readonly level: AlertLevel;
  /** Says of what was measured that it raises the alarm. */
  isPassed(measured: number): boolean;
  /** Says of what does not raise it that it clears it. */
  isReturned(measured: number, point: Point): boolean;
}

export interface Detector {
  readonly limits: readonly Limit[];
  /** Throws `MessageError` when the point cannot be measured. `previous` is the value of the same series at that time. */
  measure(point: Point, previous: Measured | undefined): number;
}
export interface Measured {
  readonly value: number;
  readonly atMs: number;
}

/** What only time can tell, or only two points, needs every series to be remembered, and not only those in alert. */
export const remembersAll = (kind: Kind) => kind === "noData" || kind === "rate";

export function detector(config: AlertConfig): Detector {
  return detectors[config.kind](config);
}

/** The value that is compared: of the point, or of the configured expression on it. */
export function valueIn({ value }: AlertConfig): (point: Point) => number {
  if (value === undefined) return numberOf;
  const compiled = compileExpression(value);
  return (point) => numberOf({ ...point, value: compiled.evaluate(point) });
}

const yes = (isSo: boolean) => (isSo ? 1 : 0);
const plain = ({ level }: AlertConfig): Limit => ({
  name: "",
  threshold: undefined,
  level,
  isPassed: (measured) => measured > 0,
  isReturned: () => true,
});
/** More than so much raises; the deadband counts on the way back only. */
const above = (name: Limit["name"], threshold: number, { deadband }: AlertConfig, level: AlertLevel): Limit => ({
  name,
  threshold,
  level,
  isPassed: (measured) => measured > threshold,
  isReturned: (measured) => measured <= threshold - deadband,
});
const below = (name: Limit["name"], threshold: number, { deadband }: AlertConfig, level: AlertLevel): Limit => ({
  name,
  threshold,
  level,
  isPassed: (measured) => measured < threshold,
  isReturned: (measured) => measured >= threshold + deadband,
});

const detectors: Readonly<Record<Kind, (config: AlertConfig) => Detector>> = {
  expression(config) {
    const condition = compileExpression(config.condition ?? "false");
    const clear = config.clearCondition === undefined ? undefined : compileExpression(config.clearCondition);
    const isReturned = (_: number, point: Point) => clear === undefined || clear.test(point);
    return { limits: [{ ...plain(config), isReturned }], measure: (point) => yes(condition.test(point)) };
  },

  limits(config) {
    const { hihi, hi, lo, lolo, level, severeLevel } = config;
    const limits: Limit[] = [];
    if (hihi !== undefined) limits.push(above("hihi", hihi, config, severeLevel));
    if (hi !== undefined) limits.push(above("hi", hi, config, level));
    if (lo !== undefined) limits.push(below("lo", lo, config, level));
    if (lolo !== undefined) limits.push(below("lolo", lolo, config, severeLevel));
    return { limits, measure: valueIn(config) };
  },

  deviation(config) {
    const setpoint = compileExpression(config.setpoint ?? "0");
    const read = valueIn(config);
    return {
      limits: [above("", config.maxDeviation ?? 0, config, config.level)],
      measure: (point) => Math.abs(read(point) - numberOf({ ...point, value: setpoint.evaluate(point) })),
    };
  },

  rate(config) {
    const read = valueIn(config);
    const sign = { any: 0, rising: 1, falling: -1 }[config.direction];
    return {
      limits: [above("", config.maxRate ?? 0, config, config.level)],
      measure(point, previous) {
        const value = read(point);
        if (previous === undefined) return 0;
        const rate = ((value - previous.value) / (Date.parse(point.timestamp) - previous.atMs)) * config.ratePer;
        return sign === 0 ? Math.abs(rate) : rate * sign;
      },
    };
  },

  discrete(config) {
    const isAny = config.discrete === "is";
    return {
      limits: [plain(config)],
      measure: ({ value }) => yes(config.states.some((state) => state === value) === isAny),
    };
  },

  // A point that comes is the end of silence; its beginning is noticed by time.
  noData: (config) => ({ limits: [plain(config)], measure: () => 0 }),

  badQuality: (config) => ({ limits: [plain(config)], measure: ({ quality }) => yes(quality !== 0) }),
};
