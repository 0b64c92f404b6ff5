/** Values that are made of several: positions, colours, lists. Pure: each part is a signal of its own. */
import { type Random, seededRandom } from "./random.ts";
import { type Moment, type Signal, startSignal } from "./waveform.ts";

export const composites = ["location", "vector3d", "color", "vector", "array", "matrix", "timeseries"] as const;
export type Composite = (typeof composites)[number];

export interface CompositeSignal extends Signal {
  readonly type: Composite;
  /** Parts of a vector, array or time series; a matrix has `rows` × `columns`. */
  readonly length: number;
  readonly rows: number;
  readonly columns: number;
  /** Where a location circles, in degrees, and how far around, in metres. */
  readonly latitude: number;
  readonly longitude: number;
  readonly radius: number;
  /** When the first sample of a time series is taken, milliseconds since 1970. */
  readonly startMs: number;
}

const metresPerDegree = 111_320;

/** Gives the value at each moment, in the shape points have on the bus. `seed` is that of the signal. */
export function startComposite(signal: CompositeSignal, seed: string): (moment: Moment) => object {
  const { type, length, rows, columns, periodMs } = signal;
  const parts = (count: number) => {
    const started = Array.from({ length: count }, (_, index) => {
      const part = startSignal(signal, seededRandom(`${seed}\n${index}`));
      // Evenly spread over the period, so that the parts differ also without chance.
      return (moment: Moment) => part({ ...moment, elapsedMs: moment.elapsedMs + (periodMs * index) / count });
    });
    return (moment: Moment) => started.map((part) => part(moment));
  };
  switch (type) {
    case "vector3d": {
      const read = parts(3);
      return (moment) => {
        const [x, y, z] = read(moment);
        return { x, y, z };
      };
    }
    case "vector": {
      const read = parts(length);
      return (moment) => ({ values: read(moment), dimension: length });
    }
    case "array": {
      const read = parts(length);
      return (moment) => ({ values: read(moment), data_type: "float", size: length });
    }
    case "matrix": {
      const read = parts(rows * columns);
      return (moment) => {
        const flat = read(moment);
        const values = Array.from({ length: rows }, (_, row) => flat.slice(row * columns, (row + 1) * columns));
        return { values, rows, cols: columns };
      };
    }
    case "timeseries":
      return timeseries(signal, seededRandom(seed));
    case "location":
      return location(signal, seededRandom(seed));
    case "color":
      return ({ elapsedMs }) => colorOf((elapsedMs % periodMs) / periodMs);
  }
}

/** A circle of the given radius, once in each period; the waveform is its altitude. */
function location(signal: CompositeSignal, random: Random): (moment: Moment) => object {
  const { latitude, longitude, radius, periodMs } = signal;
  const altitude = startSignal(signal, random);
  return (moment) => {
    const angle = (2 * Math.PI * (moment.elapsedMs % periodMs)) / periodMs;
    const north = (radius * Math.sin(angle)) / metresPerDegree;
    const east = (radius * Math.cos(angle)) / (metresPerDegree * Math.cos((latitude * Math.PI) / 180));
    const speed = periodMs === 0 ? 0 : (2 * Math.PI * radius) / (periodMs / 1_000);
    return {
      latitude: rounded(latitude + north, 7),
      longitude: rounded(longitude + east, 7),
      altitude: altitude(moment),
      speed: rounded(speed, 2),
    };
  };
}

/** The samples since the last reading end with the moment itself. */
function timeseries(signal: CompositeSignal, random: Random): (moment: Moment) => object {
  const { length, periodMs, startMs } = signal;
  const value = startSignal(signal, random);
  const stepMs = periodMs / length;
  return ({ elapsedMs, index }) => {
    const offsets = Array.from({ length }, (_, sample) => elapsedMs - (length - 1 - sample) * stepMs);
    return {
      timestamps: offsets.map((offsetMs) => new Date(startMs + offsetMs).toISOString()),
      values: offsets.map((offsetMs) => value({ elapsedMs: Math.max(0, offsetMs), index })),
    };
  };
}

/** Once around the colour circle, at full saturation. */
function colorOf(turn: number): { readonly r: number; readonly g: number; readonly b: number; readonly a: number } {
  const channel = (shift: number) => {
    const distance = Math.abs(((turn + shift) % 1) * 6 - 3) - 1;
    return Math.round(255 * Math.min(1, Math.max(0, distance)));
  };
  return { r: channel(0), g: channel(2 / 3), b: channel(1 / 3), a: 255 };
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
