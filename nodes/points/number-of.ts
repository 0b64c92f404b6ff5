import { MessageError } from "../contract/errors.ts";
import type { Point } from "../contract/point.ts";
import { show } from "../expression/kinds.ts";

/** The value as a number. Throws `MessageError` `type_mismatch` when it is text, null, NaN or anything else. */
export function numberOf(point: Point): number {
  const { value } = point;
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  if (typeof value === "bigint") return Number(value);
  throw new MessageError("type_mismatch", `needs a number, but ${point.key} of ${point.device_id} is ${show(value)}`);
}
