/** What can be set on the simulator. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { type Signal, type Waveform, waveforms } from "./waveform.ts";

const ranged: Waveform[] = ["sine", "square", "sawtooth", "triangle", "ramp", "step", "random", "walk", "counter"];
const timed: Waveform[] = ["sine", "square", "sawtooth", "triangle", "ramp", "step", "enum"];
const noisy: Waveform[] = [...ranged.filter((waveform) => waveform !== "counter"), "constant"];

const value = z.union([z.number(), z.boolean(), z.string()]);

const signal = z
  .strictObject({
    key: z.string().min(1, "name the signal").meta({ title: "Key", placeholder: "temperature" }),
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
  })
  .superRefine(({ waveform, min, max, values }, context) => {
    const report = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (ranged.includes(waveform) && max < min) report("max", `must be at least the lowest value, ${min}`);
    if (waveform === "enum" && values.length === 0) report("values", "list the values to go through");
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

export const mockConfig = z.strictObject({
  interval: duration({ default: "1s", min: "1ms", title: "Interval", description: "How often each device is read." }),
  devices: z
    .array(device)
    .min(1, "add a device")
    .max(10_000)
    .superRefine(unique(({ deviceId }) => deviceId, "deviceId"))
    .default([{ deviceId: "boiler-1" }])
    .meta({ title: "Devices", description: "Each has all signals, with random numbers of its own.", widget: "table" }),
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
