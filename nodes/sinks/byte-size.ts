/** Sizes of files as people write them. */
import { z } from "zod";
import type { FieldMeta } from "../contract/fields.ts";

/** As nats-server has it: KB, MB and GB go by 1024, K, M and G by 1000. */
const units: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  K: 1_000,
  M: 1_000_000,
  G: 1_000_000_000,
  KB: 1_024,
  MB: 1_048_576,
  GB: 1_073_741_824,
};

/** Bytes of a size such as `10MB`; `undefined` when it is not one. */
export function parseByteSize(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([KMG]?B?)$/i.exec(text.trim()) ?? [];
  const factor = units[(unit ?? "").toUpperCase()];
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor);
}

/** A size such as `"10MB"` in the document; bytes in the code. */
export function byteSize(initial: string, meta: FieldMeta) {
  return z
    .string()
    .refine((text) => parseByteSize(text) !== undefined, 'write a size such as "10MB" or "500KB"')
    .default(initial)
    .meta(meta)
    .transform((text) => parseByteSize(text) ?? Number.NaN);
}
