/** What can be set on the simulator. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { pathProblem } from "../../sinks/file/safe-path.ts";
import { type CompositeSignal, composites } from "./composite.ts";
import { readRecording } from "./replay.ts";
import { type Signal, type Waveform, waveforms } from "./waveform.ts";

const ranged: Waveform[] = ["sine", "square", "sawtooth", "triangle", "ramp", "step", "random", "walk", "counter"];
const timed: Waveform[] = ["sine", "square", "sawtooth", "triangle", "ramp", "step", "enum"];
const noisy: Waveform[] = [...ranged.filter((waveform) => waveform !== "counter"), "constant"];

const listed = ["vector", "array", "timeseries"];

const value = z.union([z.number(), z.boolean(), z.string()]);

const signal = z
  .strictObject({
    key: z.string().min(1, "name the signal").meta({ title: "Key", placeholder: "temperature" }),
    type: z
      .enum(["value", ...composites])
      .default("value")
      .meta({
        title: "Type",
        labels: {
          value: "One value",
          location: "Location",
          vector3d: "Vector x, y, z",
          color: "Colour",
          vector: "Vector",
          array: "List",
          matrix: "Matrix",
          timeseries: "Time series",
        },
      }),
    waveform: z
      .enum(waveforms)
      .default("sine")
      .meta({
        title: "Waveform",
        labels: {
          sine: "Sine",
          square: "Square",
          sawtooth: "Sawtooth",
          triangle: "Triangle",
          ramp: "Ramp, once",
          step: "Step, once",
          constant: "Constant",
          random: "Random",
          walk: "Random walk",
          counter: "Counter",
          enum: "One after the other",
        },
      }),
    min: z
      .number()
      .default(0)
      .meta({ title: "Lowest", showWhen: { waveform: ranged } }),
    max: z
      .number()
      .default(100)
      .meta({ title: "Highest", showWhen: { waveform: ranged } }),
    period: duration({ default: "1m", min: "1ms", title: "Period", showWhen: { waveform: timed } }),
    value: value.default(0).meta({ title: "Value", showWhen: { waveform: ["constant"] } }),
    values: z
      .array(value)
      .max(1_000)
      .default([])
      .meta({
        title: "Values",
        description: "Each lasts the same part of the period.",
        showWhen: { waveform: ["enum"] },
      }),
    noise: z
      .number()
      .min(0)
      .default(0)
      .meta({
        title: "Noise",
        description: "Standard deviation of what is added at random.",
        showWhen: { waveform: noisy },
      }),
    decimals: z
      .int()
      .min(0)
      .max(10)
      .default(2)
      .meta({ title: "Decimals", showWhen: { waveform: noisy } }),
    unit: z.string().default("").meta({ title: "Unit", placeholder: "°C" }),
    length: z
      .int()
      .min(1)
      .max(10_000)
      .default(8)
      .meta({ title: "Length", showWhen: { type: listed } }),
    rows: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .meta({ title: "Rows", showWhen: { type: ["matrix"] } }),
    columns: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .meta({ title: "Columns", showWhen: { type: ["matrix"] } }),
    latitude: z
      .number()
      .min(-85)
      .max(85)
      .default(46.95)
      .meta({ title: "Latitude", unit: "°", showWhen: { type: ["location"] } }),
    longitude: z
      .number()
      .min(-180)
      .max(180)
      .default(7.45)
      .meta({ title: "Longitude", unit: "°", showWhen: { type: ["location"] } }),
    radius: z
      .number()
      .min(0)
      .max(1_000_000)
      .default(100)
      .meta({
        title: "Radius",
        unit: "m",
        description: "It goes around once in each period.",
        showWhen: { type: ["location"] },
      }),
  })
  .superRefine(({ type, waveform, min, max, value, values }, context) => {
    const report = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (ranged.includes(waveform) && max < min) report("max", `must be at least the lowest value, ${min}`);
    if (waveform === "enum" && values.length === 0) report("values", "list the values to go through");
    if (type === "value" || type === "color") return;
    if (waveform === "enum") report("waveform", "a list of values cannot fill this type; choose another waveform");
    if (waveform === "constant" && typeof value !== "number") report("value", "has to be a number for this type");
  });

const device = z.strictObject({
  deviceId: z.string().min(1, "name the device").meta({ title: "Device id", placeholder: "boiler-1" }),
  tags: z.record(z.string().min(1), z.string()).optional().meta({ title: "Tags" }),
});

/** Reports each entry whose name an earlier one has. */
function unique<Item>(name: (item: Item) => string, field: string) {
  return (items: readonly Item[], context: z.core.$RefinementCtx<readonly Item[]>) => {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      if (seen.has(name(item)))
        context.addIssue({ code: "custom", path: [index, field], message: `"${name(item)}" is there twice` });
      seen.add(name(item));
    }
  };
}

const percent = (title: string, description: string) =>
  z.number().min(0).max(100).default(0).meta({ title, description, unit: "%" });

const lateBy = "5s";

const faults = z
  .strictObject({
    dropouts: percent("Dropouts", "Readings that never come."),
    duplicates: percent("Duplicates", "Readings that come twice."),
    late: percent("Late", "Readings that come late, after younger ones, with the time at which they were true."),
    lateBy: duration({ default: lateBy, min: "1ms", title: "Late by" }),
    badQuality: percent("Bad quality", "Values with quality 1: the device does not trust them itself."),
    notANumber: percent("Not a number", "Numbers sent as the text NaN, as JSON has no such number."),
  })
  .prefault({ lateBy })
  .meta({ title: "Faults", advanced: true });

const replay = z
  .strictObject({
    csv: z.string().max(1_048_576).default("").meta({
      title: "CSV",
      description:
        "A line of names, then measurements. A column time or timestamp says when, device_id whose; the others are values.",
      widget: "multiline",
    }),
    file: z
      .string()
      .default("")
      .superRefine((text, context) => {
        const message = text === "" ? undefined : pathProblem(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .meta({
        title: "CSV file",
        description: "Instead, below the gateway's folder of files.",
        widget: "path",
        placeholder: "recordings/press.csv",
      }),
    speed: z.number().min(0.001).max(100_000).default(1).meta({
      title: "Speed",
      description: "2: twice as fast as it was recorded.",
    }),
    loop: z.boolean().default(true).meta({ title: "Begin again at the end" }),
  })
  .refine(({ csv, file }) => csv === "" || file === "", {
    path: ["file"],
    error: "paste the CSV or name a file, not both",
  })
  .prefault({})
  .meta({ title: "Play a recording instead of signals", advanced: true });

export const mockConfig = z
  .strictObject({
    interval: duration({ default: "1s", min: "1ms", title: "Interval", description: "How often each device is read." }),
    devices: z
      .array(device)
      .min(1, "add a device")
      .max(10_000)
      .superRefine(unique(({ deviceId }) => deviceId, "deviceId"))
      .default([{ deviceId: "boiler-1" }])
      .meta({
        title: "Devices",
        description: "Each has all signals, with random numbers of its own.",
        widget: "table",
      }),
    signals: z
      .array(signal)
      .min(1, "add a signal")
      .max(1_000)
      .superRefine(unique(({ key }) => key, "key"))
      .prefault([{ key: "temperature", waveform: "sine", min: 20, max: 90, period: "1m", noise: 0.5, unit: "°C" }])
      .meta({ title: "Signals", widget: "table" }),
    seed: z.int().default(1).meta({
      title: "Seed",
      description: "The same seed gives the same series at every start.",
      advanced: true,
    }),
    burst: z.int().min(1).max(100_000).default(1).meta({
      title: "Readings per interval",
      description: "More than one for load tests: all are sent at once.",
      advanced: true,
    }),
    faults,
    replay,
  })
  .superRefine(({ replay: { csv }, interval }, context) => {
    const recording = csv === "" ? undefined : readRecording(csv, interval);
    if (typeof recording === "string")
      context.addIssue({ code: "custom", path: ["replay", "csv"], message: recording });
  });
export type MockConfig = z.output<typeof mockConfig>;

export function signalOf({
  waveform,
  min,
  max,
  period,
  value,
  values,
  noise,
  decimals,
}: MockConfig["signals"][number]): Signal {
  const isNoisy = noisy.includes(waveform);
  return { waveform, min, max, periodMs: period, value, values, noise: isNoisy ? noise : 0, decimals };
}

/** `undefined` for a signal that is one value. */
export function compositeOf(signal: MockConfig["signals"][number], startMs: number): CompositeSignal | undefined {
  const { type, length, rows, columns, latitude, longitude, radius } = signal;
  if (type === "value") return undefined;
  return { ...signalOf(signal), type, length, rows, columns, latitude, longitude, radius, startMs };
}
