/** Objects that are one value together, such as a position, told from objects that are a group of values. */
import { inferType, type PointType } from "../../contract/point.ts";
import type { JsonObject } from "./json-value.ts";

/** What may stand in a composite value. The fields that make it one are `inferType`'s. */
const fieldsOf: Readonly<Partial<Record<PointType, ReadonlySet<string>>>> = {
  location: new Set(["latitude", "longitude", "altitude", "accuracy", "speed", "heading"]),
  vector3d: new Set(["x", "y", "z", "unit"]),
  color: new Set(["r", "g", "b", "a"]),
  vector: new Set(["values", "dimension", "labels", "unit"]),
  array: new Set(["values", "data_type", "size", "labels", "unit"]),
  matrix: new Set(["values", "rows", "cols", "unit"]),
  timeseries: new Set(["timestamps", "values", "interval", "unit"]),
};
const listTypes: ReadonlySet<PointType> = new Set(["vector", "array", "matrix", "timeseries"]);

/** The composite type of a list or object by its shape; `undefined` for an object that is a group of values. */
export function compositeType(value: object): PointType | undefined {
  const type = inferType(value);
  if (Array.isArray(value)) return type;
  const isListMissing = listTypes.has(type) && !Array.isArray((value as JsonObject)["values"]);
  return type === "string" || isListMissing ? undefined : type;
}

/** True when the object, without the fields left out, is one composite value and says nothing else. */
export function isOneComposite(object: JsonObject): boolean {
  const type = compositeType(object);
  const fields = type && fieldsOf[type];
  return fields !== undefined && Object.keys(object).every((name) => fields.has(name));
}
