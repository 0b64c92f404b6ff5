import type { Field, Property } from "./field.ts";

/** Which properties stand in half the width: short ones that have a short neighbour to stand beside. */
export function halfWide(properties: readonly Property[]): ReadonlySet<Property> {
  const half = new Set<Property>();
  for (let index = 0; index < properties.length; index++) {
    const [left, right] = [properties[index], properties[index + 1]];
    if (left === undefined || right === undefined || !isShort(left) || !isShort(right)) continue;
    half.add(left).add(right);
    index++;
  }
  return half;
}

function isShort({ field, label }: Property): boolean {
  if ((field.description?.length ?? 0) > 70) return false;
  return isShortKind(field) || (field.kind === "boolean" && label.length <= 22 && field.description === undefined);
}
function isShortKind(field: Field): boolean {
  if (field.kind === "number") return true;
  if (field.kind === "text") return field.widget === "duration";
  return field.kind === "choice" && field.choices.length > 3 && field.choices.every(({ label }) => label.length <= 18);
}
