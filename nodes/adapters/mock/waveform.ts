/** The shapes a simulated signal can have. Pure: the same time and the same random numbers give the same value. */
import type { Random } from "./random.ts";

export const waveforms = [
  "sine",
  "square",
  "sawtooth",
  "triangle",
  "ramp",
  "step",
  "constant",
  "random",
  "walk",
  "counter",
  "enum",
] as const;
export type Waveform = (typeof waveforms)[number];

export type SignalValue = number | string | boolean;

export interface Signal {
  readonly waveform: Waveform;
  readonly min: number;
  readonly max: number;
  readonly periodMs: number;
  /** What `constant` always is. */
  readonly value: SignalValue;
  /** What `enum` goes through, one after the other. */
  readonly values: readonly SignalValue[];
  /** Standard deviation of what is added to a number; 0 = none. */
  readonly noise: number;
  /** Numbers are rounded to this many decimals. */
  readonly decimals: number;
}

/** When a reading is taken: the time since the start and how many came before it. */
export interface Moment {
  readonly elapsedMs: number;
  readonly index: number;
}

/** Gives the value of a signal at each moment. Called once per reading, in order: `walk` and noise go on from the last. */
export function startSignal(signal: Signal, random: Random): (moment: Moment) => SignalValue {
  const shape = startShape(signal, random);
  const scale = 10 ** signal.decimals;
  return (moment) => {
    const value = shape(moment);
    if (typeof value !== "number") return value;
    const noisy = signal.noise === 0 ? value : value + signal.noise * random.gaussian();
    // Beyond the exact integers there are no decimals left to round.
    return Math.abs(noisy) * scale < Number.MAX_SAFE_INTEGER ? Math.round(noisy * scale) / scale : noisy;
  };
}

function startShape(signal: Signal, random: Random): (moment: Moment) => SignalValue {
  const { waveform, min, max, periodMs, value, values } = signal;
  const range = max - min;
  /** Where in its period the signal is, 0 ≤ x < 1. */
  const phase = ({ elapsedMs }: Moment) => (elapsedMs % periodMs) / periodMs;
  switch (waveform) {
    case "constant":
      return () => value;
    case "step":
      return ({ elapsedMs }) => (elapsedMs < periodMs ? min : max);
    case "ramp":
      return ({ elapsedMs }) => min + range * Math.min(1, elapsedMs / periodMs);
    case "sine":
      return (moment) => min + (range / 2) * (1 + Math.sin(2 * Math.PI * phase(moment)));
    case "square":
      return (moment) => (phase(moment) < 0.5 ? max : min);
    case "sawtooth":
      return (moment) => min + range * phase(moment);
    case "triangle":
      return (moment) => min + range * (1 - Math.abs(2 * phase(moment) - 1));
    case "random":
      return () => min + range * random.next();
    case "walk": {
      let position = min + range * random.next();
      return () => {
        position = reflect(position + range * walkStep * random.gaussian(), min, max);
        return position;
      };
    }
    case "counter":
      return ({ index }) => min + (index % (Math.floor(range) + 1));
    case "enum":
      return (moment) => values[Math.floor(phase(moment) * values.length)] ?? value;
  }
}

/** One step of a random walk, as a part of its range. */
const walkStep = 0.02;

/** Folds a value that left the range back into it, as if its ends were mirrors. */
function reflect(value: number, min: number, max: number): number {
  const range = max - min;
  if (range <= 0) return min;
  const folded = Math.abs(value - min) % (2 * range);
  return min + (folded > range ? 2 * range - folded : folded);
}
