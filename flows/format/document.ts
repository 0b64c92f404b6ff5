/** The flow document: what people draw, save, put under version control and deploy. */
import { z } from "zod";

/** The version this product writes. Older ones are brought forward by `migrate.ts`. */
export const currentFormat = 1;

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and "-", beginning with a letter or digit');
const position = z.strictObject({ x: z.number(), y: z.number() });
const box = z.strictObject({
  id,
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
  color: z.string().optional(),
});

const flowNode = z.strictObject({
  id,
  type: z.string().min(1),
  name: z.string().default(""),
  /** Kept and drawn, not run: wires to and from it carry nothing. */
  disabled: z.boolean().optional(),
  /** What an input without a wire listens to, instead of the subject of its stage. */
  subject: z.string().min(1).optional(),
  /** Rules only: instead of `{flow}_{node}`. */
  ruleId: z.string().min(1).optional(),
  config: z.record(z.string(), z.unknown()).default({}),
});

const flowConnection = z.strictObject({
  id,
  type: z.string().min(1),
  name: z.string().optional(),
  config: z.record(z.string(), z.unknown()).default({}),
});

const flowWire = z.strictObject({
  from: id,
  /** Output port; `out` when left out. */
  port: z.string().min(1).optional(),
  to: id,
  /** Input port; `in` when left out. */
  input: z.string().min(1).optional(),
});

export const flowDocument = z.strictObject({
  format: z.literal(currentFormat),
  id,
  name: z.string().default(""),
  description: z.string().default(""),
  enabled: z.boolean().default(true),
  /** `durable`: rules read the stream and acknowledge after their results are accepted. */
  delivery: z.enum(["live", "durable"]).default("live"),
  /** Which copies of a rule's result are published besides `iot.rules.{rule_id}`, and in which form. */
  results: z
    .strictObject({
      status: z.boolean().default(true),
      data: z.boolean().default(true),
      format: z.enum(["envelope", "bare"]).default("envelope"),
      /** `false`: what filters reject only where something is wired to the port. */
      rejected: z.boolean().optional(),
    })
    .optional(),
  connections: z.array(flowConnection).default([]),
  nodes: z.array(flowNode).default([]),
  wires: z.array(flowWire).default([]),
  layout: z
    .strictObject({
      nodes: z.record(z.string(), position).default({}),
      groups: z.array(box.extend({ name: z.string().default(""), nodes: z.array(id).default([]) })).default([]),
      notes: z.array(box.extend({ text: z.string().default("") })).default([]),
    })
    .default({ nodes: {}, groups: [], notes: [] }),
});

export type FlowDocument = z.output<typeof flowDocument>;
export type FlowNode = z.output<typeof flowNode>;
export type FlowConnection = z.output<typeof flowConnection>;
export type FlowWire = z.output<typeof flowWire>;
