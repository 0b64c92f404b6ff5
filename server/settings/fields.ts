/** Kinds of settings beyond those of zod and of the nodes' own fields. */
import { z } from "zod";
import { parseDuration } from "../../nodes/contract/fields.ts";

const factors: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000, g: 1_000_000_000, t: 1_000_000_000_000 };
const binaryFactors: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * Bytes of a size as nats-server reads it: `KB`, `MB`, `GB`, `TB` count in 1024s, `K`, `M`, `G`, `T` in 1000s, a bare
 * number is bytes. `undefined` when it is not a size.
 */
export function parseSize(text: string): number | undefined {
  const [, amount, unit, suffix] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(I?B)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  const table = suffix === undefined ? factors : binaryFactors;
  return Math.floor(Number(amount) * (unit ? (table[unit.toLowerCase()] ?? Number.NaN) : 1));
}

/** A size such as `"10GB"` in the file; bytes in the code. */
export function size(options: { default: string; description: string }) {
  return z
    .union([z.string(), z.int().nonnegative()])
    .superRefine((value, context) => {
      if (typeof value === "string" && parseSize(value) === undefined)
        context.addIssue({ code: "custom", message: `"${value}" is not a size; write for example "512MB" or "10GB"` });
    })
    .default(options.default)
    .meta({ description: options.description })
    .transform((value) => (typeof value === "number" ? value : (parseSize(value) ?? Number.NaN)));
}

/** A duration such as `"2s"` in the file; milliseconds in the code. */
export function duration(options: { default: string; min: string; description: string }) {
  const { default: initial, min, description } = options;
  return z
    .string()
    .superRefine((value, context) => {
      const ms = parseDuration(value);
      const report = (message: string) => context.addIssue({ code: "custom", message });
      if (ms === undefined) report(`"${value}" is not a duration; write for example "500ms", "2s" or "1m30s"`);
      else if (ms < (parseDuration(min) ?? 0)) report(`must be at least ${min}`);
    })
    .default(initial)
    .meta({ description })
    .transform((value) => parseDuration(value) ?? Number.NaN);
}

/** A file or folder. A relative one starts at the settings file, or at the working directory when given elsewhere. */
export function path(description: string) {
  return z.string().min(1).meta({ widget: "path", description });
}
