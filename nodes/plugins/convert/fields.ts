/** Values picked from a message one by one, as the configuration names them. */
import { MessageError } from "../../contract/errors.ts";
import type { Collector } from "./collector.ts";
import type { ConvertConfig } from "./config.ts";
import { shown } from "./excerpt.ts";
import type { Frame, Tags } from "./frame.ts";
import { at, type Path, parsePath } from "./path.ts";
import type { ScalarType } from "./scalar.ts";

interface Picked {
  readonly text: string;
  readonly path: Path;
  readonly key: string;
  readonly type: ScalarType | undefined;
  readonly required: boolean;
  readonly tags: Tags | undefined;
}

export function keyOfField({ path, key }: ConvertConfig["fields"][number]): string {
  return key ?? path;
}

/** How to pick the configured fields from one reading; `undefined` when none are configured. */
export function fieldPicker(fields: ConvertConfig["fields"]) {
  if (fields.length === 0) return undefined;
  const picked: readonly Picked[] = fields.map((field) => {
    const tags = { ...field.tags, ...(field.unit === undefined ? {} : { unit: field.unit }) };
    return {
      text: field.path,
      path: parsePath(field.path) ?? [],
      key: keyOfField(field),
      type: field.type,
      required: field.required,
      tags: Object.keys(tags).length === 0 ? undefined : tags,
    };
  });
  return {
    /** The paths begin with an index: they start at the list, not at each of its members. */
    fromList: picked.every(({ path: [first = ""] }) => /^\d+$/.test(first)),
    pick(value: unknown, frame: Frame, collector: Collector): void {
      let found = 0;
      for (const { text, path, key, type, required, tags } of picked) {
        const content = at(value, path);
        if (content !== undefined) {
          found++;
          const own = tags === undefined ? frame : { ...frame, tags: { ...frame.tags, ...tags } };
          collector.value(own, key, content, type);
        } else if (required) {
          collector.attempt(text, () => {
            throw new MessageError("validation", `there is no such field in ${shown(value)}`);
          });
        }
      }
      if (found === 0) throw new MessageError("validation", `none of the configured fields is in ${shown(value)}`);
    },
  };
}
