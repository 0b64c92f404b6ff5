import { isObject, type JsonObject } from "./edit.ts";
import type { Field, ObjectField, Property } from "./field.ts";

/** What applies for a property: what the document says, otherwise what the object's own default says, otherwise its own. */
export function fallbackOf(property: Property, objectFallback: unknown): unknown {
  const inherited = isObject(objectFallback) ? objectFallback[property.key] : undefined;
  return inherited ?? property.field.initial;
}

/** The properties to show for this value: those whose conditions hold. */
export function shownProperties(field: ObjectField, value: JsonObject, fallback: unknown): readonly Property[] {
  const effective = (key: string) => {
    const property = field.properties.find((candidate) => candidate.key === key);
    return (
      value[key] ?? (property === undefined ? undefined : fallbackOf(property, fallback)) ?? plain(property?.field)
    );
  };
  return field.properties.filter(({ field: { showWhen } }) =>
    Object.entries(showWhen).every(([key, values]) => values.some((wanted) => wanted === effective(key))),
  );
}

/** A switch that was never touched stands at off. */
function plain(field: Field | undefined): unknown {
  return field?.kind === "boolean" ? false : undefined;
}
