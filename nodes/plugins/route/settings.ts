/** What can be set on a routing. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { pointTypes } from "../../contract/point.ts";
import { condition } from "../../expression/fields.ts";

const pattern = z.string().min(1).max(1_000).optional();
const anyCharacters = "* stands for any characters.";
const portName = /^[a-z0-9][a-z0-9_-]*$/;
/** A port that every node has, or that means something else on a wire. */
const takenNames: ReadonlySet<string> = new Set(["in", "out", "failed"]);

const route = z.strictObject({
  name: z
    .string()
    .max(40)
    .regex(portName, 'a port has a name of small letters, digits, "-" and "_", such as line-2')
    .refine((name) => !takenNames.has(name), "this name is taken; choose another")
    .meta({ title: "Port", description: "What to call the output.", placeholder: "line-2" }),
  device: pattern.meta({ title: "Device like", description: anyCharacters, placeholder: "boiler-*" }),
  key: pattern.meta({ title: "Key like", description: anyCharacters, placeholder: "temp*" }),
  tags: z.record(z.string().min(1), z.string()).optional().meta({ title: "Tags like", description: anyCharacters }),
  types: z.array(z.enum(pointTypes)).optional().meta({ title: "Types", description: "One of these. Empty: any." }),
  quality: z
    .enum(["good", "bad"])
    .optional()
    .meta({ title: "Quality", labels: { good: "Good (0)", bad: "Not good" } }),
  when: condition({ title: "Condition", placeholder: "value > 80" }).optional(),
});
export type Route = z.output<typeof route>;

const whenBatch = { showWhen: { send: ["batch"] } };

export const settings = z.strictObject({
  routes: z.array(route).max(24).default([]).meta({
    title: "Routes",
    description: "A point takes a route when all that is filled in is so. Two routes may lead to one port.",
  }),
  match: z
    .enum(["first", "all"])
    .default("first")
    .meta({ title: "Take", labels: { first: "The first route that fits", all: "Every route that fits" } }),
  lists: z
    .enum(["keep", "split"])
    .default("keep")
    .meta({
      title: "A list of values",
      labels: { keep: "Stays one point", split: "Becomes a point for each member" },
      advanced: true,
    }),
  send: z
    .enum(["points", "batch"])
    .default("points")
    .meta({
      title: "Send",
      description: "Several points in one message cost less; each point alone can be subscribed to by its key.",
      labels: { points: "Each point alone", batch: "Points of a device together" },
      advanced: true,
    }),
  collectFor: duration({
    title: "Collect for",
    description: "0s: only what one message brings.",
    default: "0s",
    max: "1h",
    advanced: true,
    ...whenBatch,
  }),
  maxPoints: z
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .meta({ title: "Collect at most", unit: "points", advanced: true, ...whenBatch }),
});
export type Settings = z.output<typeof settings>;
