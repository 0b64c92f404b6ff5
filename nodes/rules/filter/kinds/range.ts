import { numberOf } from "../../../points/number-of.ts";
import { type Filter, rejected } from "../decision.ts";
import type { Settings } from "../settings.ts";

export const range: Filter = {
  line: (settings) => (settings.pass === "inside" ? words(settings) : `outside ${words(settings)}`),
  create(settings) {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = settings;
    const below = rejected(`below ${min}`);
    const above = rejected(`above ${max}`);
    const inside = rejected(`in the range ${words(settings)}`);
    const outsidePasses = settings.pass === "outside";
    return (point) => {
      const value = numberOf(point);
      const place = value < min ? below : value > max ? above : undefined;
      if (outsidePasses) return place === undefined ? inside : undefined;
      return place;
    };
  },
};

function words({ min, max }: Settings): string {
  if (max === undefined) return `≥ ${min}`;
  return min === undefined ? `≤ ${max}` : `${min} … ${max}`;
}
