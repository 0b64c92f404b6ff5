/** Configuration of a sidecar. */
import { isAbsolute } from "node:path";
import { z } from "zod";
import { duration, secret } from "../../contract/fields.ts";

function pathBelow(path: string): boolean {
  return !isAbsolute(path) && !path.includes("\\") && !path.split("/").includes("..") && !/\p{Cc}/u.test(path);
}

const environment = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a name of letters, digits and _")
    .refine((name) => name !== "ISP_PORT", "ISP_PORT is set by the gateway")
    .meta({ title: "Name", placeholder: "API_TOKEN" }),
  value: secret({ title: "Value" }),
});

export const config = z
  .strictObject({
    start: z
      .enum(["program", "running"])
      .default("program")
      .meta({
        title: "Sidecar",
        labels: { program: "A program the gateway starts", running: "Runs already elsewhere" },
      }),
    command: z
      .string()
      .default("")
      .refine(pathBelow, "write the name of a program, or a path below the gateway's folder of files")
      .meta({
        title: "Program",
        description: "Name of an installed program, or a file below the gateway's folder of files.",
        placeholder: "python3",
        showWhen: { start: ["program"] },
      }),
    args: z
      .array(z.string())
      .default([])
      .meta({
        title: "Arguments",
        description: "Handed over as they are; there is no shell.",
        placeholder: "sidecar.py",
        showWhen: { start: ["program"] },
      }),
    folder: z
      .string()
      .default(".")
      .refine(pathBelow, "write a folder below the gateway's folder of files")
      .meta({
        title: "Working folder",
        description: "Below the gateway's folder of files.",
        widget: "path",
        placeholder: "sidecars/line-1",
        showWhen: { start: ["program"] },
      }),
    env: z
      .array(environment)
      .default([])
      .meta({
        title: "Environment",
        description: "Besides PATH, HOME, language and time zone it gets nothing of the gateway's own.",
        widget: "table",
        advanced: true,
        showWhen: { start: ["program"] },
      }),
    host: z
      .string()
      .min(1)
      .default("127.0.0.1")
      .meta({ title: "Host", showWhen: { start: ["running"] } }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(50_052)
      .meta({ title: "Port", showWhen: { start: ["running"] } }),
    settings: z.record(z.string(), z.unknown()).default({}).meta({
      title: "Settings",
      description: "Sent to the sidecar as its configuration: what it is to read, and how.",
      widget: "json",
    }),
    deviceId: z.string().default("").meta({
      title: "Device id",
      description: "For all its points. Empty: what the sidecar names as source.",
      placeholder: "press-4",
    }),
    timeout: duration({
      default: "5s",
      min: "10ms",
      max: "10m",
      title: "Answer within",
      description: "How long a point sent to the sidecar may take.",
    }),
    maxInFlight: z
      .int()
      .min(1)
      .max(1_000)
      .default(8)
      .meta({ title: "At the same time", description: "Devices whose points it has at once.", advanced: true }),
    startTimeout: duration({
      default: "10s",
      min: "100ms",
      max: "5m",
      title: "Ready within",
      description: "From the start of the program until it listens.",
      advanced: true,
    }),
    configTimeout: duration({
      default: "30s",
      min: "100ms",
      max: "10m",
      title: "Configured within",
      description: "A sidecar connects to its device before it answers.",
      advanced: true,
    }),
  })
  .superRefine(({ start, command }, context) => {
    if (start === "program" && command.trim() === "")
      context.addIssue({ code: "custom", path: ["command"], message: "name the program to start, such as python3" });
  });

export type Config = z.output<typeof config>;
