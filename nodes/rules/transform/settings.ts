/** What can be set on a transformation. */
import { z } from "zod";
import { pointSteps } from "./point-settings.ts";
import { scalar, valueSteps } from "./value-settings.ts";

const step = z.discriminatedUnion("op", [...valueSteps, ...pointSteps]);
export type StepSettings = z.output<typeof step>;

export const settings = z
  .strictObject({
    steps: z
      .array(step)
      .min(1, "add a step")
      .max(100)
      .meta({ title: "Steps", description: "Done one after the other." }),
    onError: z
      .enum(["error", "ignore", "default"])
      .default("error")
      .meta({
        title: "When a step fails",
        labels: {
          error: "Send the point to Failed",
          ignore: "Send the point on as it came",
          default: "Send it on with another value",
        },
      }),
    defaultValue: scalar.optional().meta({ title: "Other value", showWhen: { onError: ["default"] } }),
    maxSeries: z.int().min(1).max(1_000_000).default(10_000).meta({
      title: "Remember series",
      description:
        "For expressions that look at the point before; for a new one, one is forgotten that was not seen for long.",
      advanced: true,
    }),
  })
  .refine(({ onError, defaultValue }) => onError !== "default" || defaultValue !== undefined, {
    path: ["defaultValue"],
    error: "write the value to send when a step fails",
  });
export type Settings = z.output<typeof settings>;
