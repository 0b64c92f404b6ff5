/** What is aggregated together. */
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import { compileExpression } from "../../expression/expression.ts";
import type { Settings } from "./settings.ts";

export interface Identity {
  /** Empty for a group of several devices. */
  readonly device: string;
  /** Empty for a group of several keys. */
  readonly key: string;
  /** What else it is told apart by. */
  readonly others: Readonly<Record<string, string>>;
}

export interface Grouping {
  readonly byDevice: boolean;
  readonly byKey: boolean;
  /** What tells groups of one device apart; the key alone in the simple case, which is nearly every point. */
  restOf(point: Point): string;
  /** Throws `MessageError` `missing_field` when the point lacks what it is to be grouped by. */
  identityOf(point: Point): Identity;
}

export function grouping({ groupBy, groupTags, groupExpression }: Settings): Grouping {
  const byDevice = groupBy.includes("device");
  const byKey = groupBy.includes("key");
  const byType = groupBy.includes("type");
  const expression = groupExpression === undefined ? undefined : compileExpression(groupExpression);
  const isSimple = !byType && groupTags.length === 0 && expression === undefined;

  const othersOf = (point: Point): Record<string, string> => {
    const others: Record<string, string> = {};
    if (byType) others["type"] = point.type;
    for (const name of groupTags) others[name] = tagOf(point, name);
    if (expression !== undefined) others["expression"] = String(expression.evaluate(point));
    return others;
  };
  return {
    byDevice,
    byKey,
    restOf(point) {
      if (isSimple) return byKey ? point.key : "";
      return JSON.stringify([byKey ? point.key : "", ...Object.values(othersOf(point))]);
    },
    identityOf: (point) => ({
      device: byDevice ? point.device_id : "",
      key: byKey ? point.key : "",
      others: othersOf(point),
    }),
  };
}

function tagOf({ tags, device_id, key }: Point, name: string): string {
  const tag = Object.hasOwn(tags, name) ? tags[name] : undefined;
  if (tag !== undefined) return tag;
  throw new MessageError("missing_field", `${key} of ${device_id} has no tag "${name}", by which it is to be grouped`);
}
