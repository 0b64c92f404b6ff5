/**
 * What gateway and sidecar can do beyond the first version of the protocol. The gateway says so in the field `isp` of
 * CONFIG, which older sidecars pass over; a sidecar that knows it answers with the same field in the data of its
 * RESPONSE, and without that answer the first version is spoken. Pure.
 */
import { z } from "zod";
import { firstMaxLineBytes, isObject } from "./frame.ts";

const capabilities = ["process", "ack"] as const;

export interface Agreement {
  readonly version: number;
  /** `process`: answers DATA requests with points. `ack`: its own DATA may carry an id, and waits for the answer. */
  readonly capabilities: ReadonlySet<string>;
  /** Requests with points the sidecar takes at once. */
  readonly credits: number;
  readonly maxLineBytes: number;
  readonly name: string | undefined;
}

const firstAgreement: Agreement = {
  version: 1,
  capabilities: new Set(),
  credits: 1,
  maxLineBytes: firstMaxLineBytes,
  name: undefined,
};

/** DATA frames with an id that a sidecar may have sent without an answer. */
const gatewayCredits = 64;
const gatewayMaxLineBytes = 1_048_576;

export const offer = {
  version: 2,
  capabilities,
  credits: gatewayCredits,
  max_line_bytes: gatewayMaxLineBytes,
} as const;

const answer = z.object({
  version: z.int().min(1).default(2),
  name: z.string().min(1).optional(),
  capabilities: z.array(z.string()).default([]),
  credits: z.int().min(1).max(10_000).default(1),
  max_line_bytes: z.int().min(1_024).default(firstMaxLineBytes),
});

/** From the data of the RESPONSE to CONFIG. Throws when a sidecar answers with an `isp` that cannot be understood. */
export function agreementOf(data: unknown): Agreement {
  if (!isObject(data) || data["isp"] === undefined) return firstAgreement;
  const parsed = answer.safeParse(data["isp"]);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`its answer to CONFIG is not understood: isp.${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { version, name, credits, max_line_bytes } = parsed.data;
  return {
    version,
    capabilities: new Set(parsed.data.capabilities),
    credits,
    maxLineBytes: Math.min(max_line_bytes, gatewayMaxLineBytes),
    name,
  };
}
