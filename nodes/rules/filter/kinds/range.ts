import { numberOf } from "../../../points/number-of.ts";
import { type Filter, rejected } from "../decision.ts";
import type { Settings } from "../settings.ts";

export const range: Filter = {
  line: (settings) => (settings.pass === "inside" ? words(settings) : `outside ${words(settings)}`),
  create(settings) {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, minIncluded, maxIncluded } = settings;
    const below = rejected(minIncluded ? `below ${min}` : `not above ${min}`);
    const above = rejected(maxIncluded ? `above ${max}` : `not below ${max}`);
    const inside = rejected(`in the range ${words(settings)}`);
    const outsidePasses = settings.pass === "outside";
    return {
      decide(point) {
        const value = numberOf(point);
        const isBelow = value < min || (value === min && !minIncluded);
        const isAbove = value > max || (value === max && !maxIncluded);
        if (outsidePasses) return isBelow || isAbove ? undefined : inside;
        return isBelow ? below : isAbove ? above : undefined;
      },
    };
  },
};

function words({ min, max, minIncluded, maxIncluded }: Settings): string {
  const from = min === undefined ? undefined : `${minIncluded ? "≥" : ">"} ${min}`;
  const to = max === undefined ? undefined : `${maxIncluded ? "≤" : "<"} ${max}`;
  if (minIncluded && maxIncluded && from !== undefined && to !== undefined) return `${min} … ${max}`;
  return [from, to].filter((end) => end !== undefined).join(" and ");
}
