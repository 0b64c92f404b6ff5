/** What a format is: one file each, listed in `formats.ts`. Nothing else names them. */
import type { z } from "zod";
import type { MessageError } from "../../../contract/errors.ts";
import type { Example } from "../../../contract/node.ts";
import type { Raw } from "../../../contract/point.ts";

/** What an adapter handed on, unpacked. */
export interface Payload {
  /** Throws `MessageError` `parse_error` when the bytes are no UTF-8. */
  text(): string;
  bytes(): Buffer;
}

/**
 * The messages in a payload, mostly one. Whole numbers too large for a double are bigints, bytes are `Uint8Array`s; a
 * member that is a `MessageError` says why that message cannot be read, without harm to the others. Throws `MessageError`
 * `parse_error` when nothing can be read.
 */
export type Decode = (payload: Payload, raw: Raw) => readonly (unknown | MessageError)[];

/** A decoder that remembers, as `Operator` does. */
export interface Decoder {
  readonly decode: Decode;
  snapshot?(which: "all" | "changed"): Iterable<readonly [entry: string, state: unknown]>;
}

export interface Format<Settings extends z.ZodObject = z.ZodObject> {
  /** What the form calls it. */
  readonly label: string;
  /** One row of the help: what the payload is. Markdown. */
  readonly help: string;
  /** Fields that are shown while the format is chosen. */
  readonly settings?: Settings;
  readonly examples: readonly Example[];
  create(settings: z.output<Settings>, restored: ReadonlyMap<string, unknown>): Decoder;
}

/** Infers the settings of a format, and forgets them: they are checked where the configuration is. */
export function defineFormat<Settings extends z.ZodObject>(format: Format<Settings>): Format {
  return format as unknown as Format;
}
