/** What can be set on the steps that change what goes with a value. */
import { z } from "zod";
import { expression, template } from "../../expression/fields.ts";
import { pathField } from "../../plugins/convert/path.ts";
import { fieldProblem } from "./point-fields.ts";

const tagName = z.string().min(1).max(200);

const rename = z
  .strictObject({
    op: z.literal("rename"),
    key: template({ title: "New key", placeholder: "$" + "{key}_celsius" }).optional(),
    deviceId: template({ title: "New device id", placeholder: "hall1-$" + "{device_id}" }).optional(),
  })
  .refine(({ key, deviceId }) => key !== undefined || deviceId !== undefined, {
    path: ["key"],
    error: "write a new key or a new device id",
  })
  .meta({ title: "Rename" });

const setTag = z
  .strictObject({
    op: z.literal("setTag"),
    name: tagName.meta({ title: "Tag" }),
    value: template({ title: "Value", placeholder: "line-$" + "{tags.line}" }),
  })
  .meta({ title: "Set a tag" });

const removeTag = z
  .strictObject({ op: z.literal("removeTag"), name: tagName.meta({ title: "Tag" }) })
  .meta({ title: "Remove a tag" });

/** A place in the point that a step may change. */
const place = (title: string, placeholder: string) =>
  pathField({ title, placeholder }).superRefine((path, context) => {
    const message = fieldProblem(path);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const setField = z
  .strictObject({
    op: z.literal("setField"),
    path: place("Field", "value.position"),
    expression: expression({ title: "Its value", placeholder: '{"unit": "bar"}' }),
    merge: z.boolean().default(false).meta({
      title: "Merge",
      description: "Adds the fields of an object to the object that is there, instead of replacing it.",
    }),
  })
  .meta({
    title: "Set a field",
    description: "Of the value, the point, or its tags: value.x, batch, tags.line, quality.",
  });

const moveField = z
  .strictObject({
    op: z.literal("moveField"),
    from: place("From", "value.temp"),
    to: place("To", "value.temperature"),
  })
  .meta({ title: "Move a field" });

const removeField = z
  .strictObject({ op: z.literal("removeField"), path: place("Field", "value.raw") })
  .meta({ title: "Remove a field" });

export const pointSteps = [rename, setTag, removeTag, setField, moveField, removeField] as const;
