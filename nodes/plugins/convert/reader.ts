/** What a decoded message says, by its shape: points, readings of several values, or one value alone. */
import { MessageError } from "../../contract/errors.ts";
import { type Collector, pointFields } from "./collector.ts";
import { compositeType, isOneComposite } from "./composite.ts";
import { shown } from "./excerpt.ts";
import { type Frame, frameAround, frameFields, frameWithin } from "./frame.ts";
import { depthLimit, isObject, type JsonObject, tooDeep } from "./json-value.ts";

export class Reader {
  readonly #collector: Collector;
  /** Paths that the configuration reads as device or time: they are no values. */
  readonly #consumed: ReadonlySet<string>;
  /** The key of a value that has no name of its own. */
  readonly #loneKey: string;

  constructor(collector: Collector, consumed: ReadonlySet<string>, loneKey: string) {
    this.#collector = collector;
    this.#consumed = consumed;
    this.#loneKey = loneKey;
  }

  /** Reads a message or a member of one. `where` names it in errors. */
  read(value: unknown, frame: Frame, where: string, depth = 0): void {
    if (isObject(value)) this.#collector.attempt(where, () => this.#readObject(value, frame, where, depth));
    else if (isBatch(value))
      readMembers(value, where, this.#collector, (member, place) => this.read(member, frame, place, depth + 1));
    else if (!Array.isArray(value) || value.length > 0) this.#collector.value(frame, this.#loneKey, value);
  }

  #readObject(object: JsonObject, frame: Frame, where: string, depth: number): void {
    if (depth >= depthLimit) throw tooDeep();
    const { rules } = this.#collector;
    const { points, values } = object;
    if (isPoint(object)) this.#collector.point(object, frame, this.#loneKey, where);
    else if (Array.isArray(points) && isWrapper(object, "points")) {
      const within = frameWithin(object, frame, rules);
      const read = (member: JsonObject, place: string) => this.read(member, within, place, depth + 1);
      readMembers(points, `${where}points`, this.#collector, read);
    } else if (isObject(values) && isWrapper(object, "values")) {
      this.#readGroup(values, frameWithin(object, frame, rules), "", depth + 1);
    } else {
      const { frame: around, taken } = frameAround(object, frame, rules);
      const rest = taken.size === 0 ? object : without(object, taken);
      if (isOneComposite(rest)) this.#collector.value(around, this.#loneKey, rest);
      else this.#readGroup(rest, around, "", depth);
    }
  }

  /** One point for each member; the names of groups inside become prefixes: `motor.speed`. */
  #readGroup(group: JsonObject, frame: Frame, prefix: string, depth: number): void {
    if (depth >= depthLimit) throw tooDeep();
    for (const [name, member] of Object.entries(group)) {
      const key = prefix + name;
      if (this.#consumed.has(key)) continue;
      if (!isObject(member) || compositeType(member) !== undefined) this.#collector.value(frame, key, member);
      else if (isPoint(member)) this.#collector.point(member, frame, key, key);
      else this.#collector.attempt(key, () => this.#readGroup(member, frame, `${key}.`, depth + 1));
    }
  }
}

/** True for a list of readings rather than a list that is a value itself. */
export function isBatch(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.some(isObject);
}

/** Reads each member; one that is no object is refused without harm to the others. */
export function readMembers(
  members: readonly unknown[],
  where: string,
  collector: Collector,
  read: (member: JsonObject, where: string) => void,
): void {
  for (const [index, member] of members.entries()) {
    const place = `${where}[${index}]`;
    collector.attempt(place, () => {
      if (!isObject(member))
        throw new MessageError("validation", `${shown(member)} stands in a list of readings, but is no object`);
      read(member, place);
    });
  }
}

/** True for an object that can be nothing but a point, perhaps without its key, or a broken one. */
function isPoint(object: JsonObject): boolean {
  const hasKey = Object.hasOwn(object, "key");
  if (hasKey && Object.hasOwn(object, "value")) return true;
  const { value } = object;
  const isGroup = isObject(value) && compositeType(value) === undefined;
  const speaks = hasKey || (value !== undefined && !isGroup);
  return speaks && Object.keys(object).every((field) => pointFields.has(field));
}

/** True when the object has nothing beside its content but what holds for all of it. */
function isWrapper(object: JsonObject, content: string): boolean {
  return Object.keys(object).every((field) => field === content || frameFields.has(field));
}

function without(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
}
