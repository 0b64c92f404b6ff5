/** A list of values as points of their own. */
import { MessageError } from "../../contract/errors.ts";
import { inferType, type Point } from "../../contract/point.ts";
import { shown } from "../convert/excerpt.ts";
import { plainTimes } from "../convert/time.ts";

/** Members beyond this are the fault of the whole point. */
const maxMembers = 10_000;

/**
 * One point for each member: of a list or vector under `key.0` or `key.label`, of a time series under the same key at
 * the time of the sample. Any other point alone. Throws `MessageError` when the list does not hold together.
 */
export function split(point: Point): readonly Point[] {
  const { value } = point;
  if (Array.isArray(value)) return members(point, value, undefined);
  if (typeof value !== "object" || value === null || !("values" in value)) return [point];
  const { values, labels, timestamps } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(values)) return [point];
  if (point.type === "timeseries") return samples(point, values, timestamps);
  return members(point, values, Array.isArray(labels) && labels.length === values.length ? labels : undefined);
}

function members(point: Point, values: readonly unknown[], labels: readonly unknown[] | undefined): Point[] {
  checkLength(values);
  return values.map((value, index) => {
    const label = labels?.[index];
    const name = typeof label === "string" && label !== "" ? label : index;
    return { ...point, key: `${point.key}.${name}`, value, type: inferType(value) };
  });
}

function samples(point: Point, values: readonly unknown[], times: unknown): Point[] {
  checkLength(values);
  if (!Array.isArray(times) || times.length !== values.length)
    throw new MessageError("validation", `the series has ${values.length} values, but ${shown(times)} as timestamps`);
  return values.map((value, index) => {
    const timestamp = plainTimes.read(times[index]);
    if (timestamp === undefined)
      throw new MessageError("validation", `timestamps[${index}] is ${shown(times[index])}, not a time`);
    return { ...point, value, type: inferType(value), timestamp };
  });
}

function checkLength({ length }: readonly unknown[]): void {
  if (length > maxMembers)
    throw new MessageError("limit", `the list has ${length} members, more than ${maxMembers}: too many to be points`);
}
