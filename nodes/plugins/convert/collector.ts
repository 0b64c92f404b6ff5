/** The points of one message, in document order, and what could not become one. */
import { MessageError } from "../../contract/errors.ts";
import { inferType, type Point, type PointType, pointTypes } from "../../contract/point.ts";
import { compositeType } from "./composite.ts";
import { shown } from "./excerpt.ts";
import { type Frame, type FrameRules, frameFields, frameWithin, readName } from "./frame.ts";
import { isObject, type JsonObject, plain } from "./json-value.ts";
import { type ScalarType, scalarTypes, toScalar } from "./scalar.ts";

export interface Refusal {
  /** Where in the message, such as `motor.speed` or `[3]`; empty for the whole. */
  readonly where: string;
  readonly error: MessageError;
}

/** What the configuration says about every point. */
export interface PointRules extends FrameRules {
  readonly types: ReadonlyMap<string, ScalarType>;
  /** Every number is a float, also a whole one. */
  readonly floats: boolean;
  readonly maxPoints: number;
}

/** The fields that every point has. */
export const pointFields: ReadonlySet<string> = new Set([...frameFields, "key", "value", "type"]);
const knownTypes: ReadonlySet<unknown> = new Set(pointTypes);
const scalars: ReadonlySet<unknown> = new Set(scalarTypes);

export class Collector {
  readonly points: Point[] = [];
  readonly refused: Refusal[] = [];
  readonly rules: PointRules;
  /** The unit of each key, as far as the adapter says. */
  readonly #units: JsonObject | undefined;

  constructor(rules: PointRules, units: unknown) {
    this.rules = rules;
    this.#units = isObject(units) ? units : undefined;
  }

  /** Takes a value; one that cannot become a point is refused without harm to the others. */
  value(frame: Frame, key: string, value: unknown, type = this.rules.types.get(key)): void {
    this.attempt(key, () => {
      if (key === "") throw new MessageError("validation", "a value has no name");
      this.points.push(this.#point(frame, key, value, type));
    });
  }

  /** Takes an object that is a point already. What it does not say comes from the frame; fields of its own survive. */
  point(object: JsonObject, frame: Frame, fallbackKey: string, where: string): void {
    this.attempt(where, () => {
      const { key: ownKey, value, type } = object;
      const key = ownKey === undefined || ownKey === null ? fallbackKey : readName(ownKey, "key");
      if (value === undefined) throw new MessageError("validation", 'the point has no "value"');
      if (type !== undefined && type !== null && !knownTypes.has(type))
        throw new MessageError("validation", `"type" is ${shown(type)}; it is one of ${pointTypes.join(", ")}`);
      const declared = scalars.has(type) ? (type as ScalarType) : undefined;
      const point = this.#point(
        frameWithin(object, frame, this.rules),
        key,
        value,
        this.rules.types.get(key) ?? declared,
      );
      const composite = knownTypes.has(type) && declared === undefined ? { type: type as PointType } : undefined;
      const own = Object.keys(object).filter((field) => !pointFields.has(field));
      this.points.push(
        own.length === 0 && composite === undefined ? point : { ...ownFields(object, own), ...point, ...composite },
      );
    });
  }

  /** Refuses what throws a `MessageError` on the way. Too many values are the fault of the whole message. */
  attempt(where: string, take: () => void): void {
    const { maxPoints } = this.rules;
    if (this.points.length + this.refused.length >= maxPoints)
      throw new MessageError(
        "limit",
        `the message holds more than ${maxPoints} values; raise "Values per message", or pick the ones you need under "Fields"`,
      );
    try {
      take();
    } catch (error) {
      if (!(error instanceof MessageError) || error.type === "limit") throw error;
      this.refused.push({ where, error });
    }
  }

  #point(frame: Frame, key: string, value: unknown, wanted: ScalarType | undefined): Point {
    const { device_id, timestamp, quality } = frame;
    const unit = this.#units !== undefined && Object.hasOwn(this.#units, key) ? this.#units[key] : undefined;
    const tags = typeof unit === "string" ? { unit, ...frame.tags } : frame.tags;
    const isNumber = typeof value === "number" || typeof value === "bigint";
    const target = wanted ?? (isNumber && this.rules.floats ? "float" : undefined);
    const isBytes = value instanceof Uint8Array;
    const content = isBytes ? Buffer.from(value).toString("base64") : typeof value === "bigint" ? value : plain(value);
    if (target !== undefined)
      return { device_id, key, value: toScalar(target, content), type: target, quality, timestamp, tags };
    const type = isBytes ? "binary" : typeOf(content);
    return { device_id, key, value: plain(content), type, quality, timestamp, tags };
  }
}

function ownFields(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, plain(object[name])]));
}

function typeOf(value: unknown): PointType {
  return typeof value === "object" && value !== null ? (compositeType(value) ?? "string") : inferType(value);
}
