import type { Point } from "../contract/point.ts";

/**
 * What a rule remembers of each series, that is of each key of each device. Never more than `limit` of them: the one
 * known for the longest time is forgotten for a new one.
 */
export class Series<State> {
  readonly #devices = new Map<string, Map<string, State>>();
  readonly #limit: number;
  readonly #fresh: () => State;
  #size = 0;

  /** `fresh` makes the state of a series seen for the first time. */
  constructor(limit: number, fresh: () => State) {
    this.#limit = limit;
    this.#fresh = fresh;
  }

  get size(): number {
    return this.#size;
  }

  /** The state of the point's series, to be changed in place. */
  of({ device_id, key }: Point): State {
    const known = this.#devices.get(device_id)?.get(key);
    if (known !== undefined) return known;
    if (this.#size >= this.#limit) this.#forgetOldest();
    const state = this.#fresh();
    const keys = this.#devices.get(device_id);
    if (keys === undefined) this.#devices.set(device_id, new Map([[key, state]]));
    else keys.set(key, state);
    this.#size++;
    return state;
  }

  /** By the age of devices first, of keys second: exact order would cost every point a second look-up. */
  #forgetOldest(): void {
    for (const [device, keys] of this.#devices) {
      const oldest = keys.keys().next().value;
      if (oldest !== undefined) keys.delete(oldest);
      if (keys.size === 0) this.#devices.delete(device);
      this.#size--;
      return;
    }
  }
}
