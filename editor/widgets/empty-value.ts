import type { Alternative, Field } from "./field.ts";

/** What a new item of a list starts as. `null` where only a person can say: the server then asks for it. */
export function emptyValue(field: Field): unknown {
  if (field.initial !== undefined) return field.initial;
  switch (field.kind) {
    case "text":
    case "code":
      return "";
    case "boolean":
      return false;
    case "choice":
      return field.choices[0]?.value ?? null;
    case "object":
    case "record":
      return {};
    case "list":
    case "table":
    case "choices":
      return [];
    case "tuple":
      return field.items.map(emptyValue);
    case "scalar":
      return field.types[0] === "number" ? 0 : field.types[0] === "boolean" ? false : "";
    case "union": {
      const [first] = field.alternatives;
      return first === undefined ? null : (startOf(first) ?? null);
    }
    default:
      return null;
  }
}

/** The value an alternative of a union starts with; `undefined` when the person types it. */
export function startOf({ constant, tag, field }: Alternative): unknown {
  if (constant !== undefined) return constant;
  if (tag !== undefined) return { [tag.key]: tag.value };
  if (field.kind === "object" || field.kind === "boolean" || field.kind === "choice") return emptyValue(field);
  return field.initial;
}
