import { RE2JS } from "re2js";
import { MessageError } from "../../../contract/errors.ts";
import type { Point } from "../../../contract/point.ts";
import { show } from "../../../expression/kinds.ts";
import { glob } from "../../../points/glob.ts";
import { type Filter, rejected } from "../decision.ts";
import type { Settings } from "../settings.ts";

export const pattern: Filter = {
  line: (settings) => `${placeOf(settings)} like ${settings.pattern ?? ""}`,
  create(settings) {
    const { pattern: wanted = "", patternType } = settings;
    const matches = patternType === "wildcard" ? glob(wanted) : regex(wanted);
    const place = placeOf(settings);
    const other = rejected(`its ${place} is not like ${wanted}`);
    const textIn = reader(settings);
    return {
      decide(point) {
        const text = textIn(point);
        if (typeof text === "string") return matches(text) ? undefined : other;
        const name = `${point.key} of ${point.device_id}`;
        if (text === undefined) throw new MessageError("missing_field", `${name} has no ${place}`);
        throw new MessageError("type_mismatch", `a pattern needs text, but ${name} is ${show(text)}`);
      },
    };
  },
};

/** Found anywhere in the text, in time linear in its length. */
function regex(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matcher(text).find();
}

function reader({ field, tag = "" }: Settings): (point: Point) => unknown {
  if (field !== "tag") return (point) => point[field];
  return ({ tags }) => (Object.hasOwn(tags, tag) ? tags[tag] : undefined);
}

function placeOf({ field, tag }: Settings): string {
  return field === "tag" ? `tag ${tag}` : field;
}
