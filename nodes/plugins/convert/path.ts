/** Paths into decoded JSON: `motor.speed`, `data[0].value`, `["a.b"].c`. The empty path is the whole. */
import { z } from "zod";
import type { FieldMeta } from "../../contract/fields.ts";

export type Path = readonly string[];

const step = /(?:^|\.)(?<name>[^.[\]"]+)|\[(?<index>\d+)\]|\[(?<quoted>"(?:[^"\\]|\\["\\])*")\]/y;

/** The steps of a path; `undefined` when it is none. A leading `$`, as in JSONPath, is allowed. */
export function parsePath(text: string): Path | undefined {
  const source = text.replace(/^\$(?:\.|(?=\[)|$)/, "");
  const path: string[] = [];
  step.lastIndex = 0;
  for (let position = 0; position < source.length; position = step.lastIndex) {
    const groups = step.exec(source)?.groups;
    if (groups === undefined) return undefined;
    const { name, index, quoted } = groups;
    path.push(quoted === undefined ? (name ?? index ?? "") : quoted.slice(1, -1).replace(/\\(.)/g, "$1"));
  }
  return path;
}

/** What stands at the path; `undefined` when nothing does. Only an object's own members count, never its prototype's. */
export function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

/** A path in the document; its steps in the code. */
export function pathField(meta: FieldMeta) {
  return z
    .string()
    .refine((text) => parsePath(text) !== undefined, {
      error: ({ input }) => `"${input}" is not a path; write for example motor.speed, data[0].value or ["a.b"]`,
    })
    .meta({ placeholder: "motor.speed", ...meta });
}
