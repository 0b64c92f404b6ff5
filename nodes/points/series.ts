import type { Point } from "../contract/point.ts";

interface Slot<State> {
  readonly device: string;
  readonly key: string;
  readonly state: State;
  /** Again, since the last choice of one that has to go. */
  wasSeen: boolean;
  isChanged: boolean;
  /** Somebody keeps a copy, and has to learn when it is forgotten. */
  wasSaved: boolean;
}

/**
 * What a node remembers of each series, that is of each key of each device. Never more than `limit` of them: for a new
 * one, one goes that was not seen for long.
 */
export class Series<State> {
  readonly #devices = new Map<string, Map<string, Slot<State>>>();
  readonly #limit: number;
  readonly #fresh: () => State;
  readonly #onEvict: (state: State) => void;
  /** All of them, in a circle. */
  readonly #circle: Slot<State>[] = [];
  #hand = 0;
  #changed = new Set<Slot<State>>();
  #gone = new Set<string>();

  /** `fresh` makes the state of a series seen for the first time; `onEvict` is called when one is forgotten. */
  constructor(limit: number, fresh: () => State, onEvict: (state: State) => void = () => undefined) {
    this.#limit = limit;
    this.#fresh = fresh;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#circle.length;
  }

  /** The state of the point's series, to be changed in place: it counts as changed from then on. */
  of({ device_id, key }: Point): State {
    return this.at(device_id, key);
  }

  /** As `of`, by name. */
  at(device: string, key: string): State {
    const slot = this.#devices.get(device)?.get(key) ?? this.#add(device, key, this.#fresh());
    slot.wasSeen = true;
    if (!slot.isChanged) {
      slot.isChanged = true;
      this.#changed.add(slot);
    }
    return slot.state;
  }

  /** Takes back a state under the name that `saved` gave it. */
  restore(name: string, state: State): void {
    const [device = "", key = ""] = JSON.parse(name) as string[];
    this.#add(device, key, state).wasSaved = true;
  }

  /** States by name: all, or those that changed since the last call; `undefined` for one that is forgotten. */
  *saved(which: "all" | "changed"): Generator<readonly [name: string, state: State | undefined]> {
    const slots = which === "all" ? this.#circle : this.#changed;
    const gone = which === "all" ? [] : this.#gone;
    this.#changed = new Set();
    this.#gone = new Set();
    for (const name of gone) yield [name, undefined];
    for (const slot of slots) {
      slot.isChanged = false;
      slot.wasSaved = true;
      yield [nameOf(slot), slot.state];
    }
  }

  #add(device: string, key: string, state: State): Slot<State> {
    const slot: Slot<State> = { device, key, state, wasSeen: false, isChanged: false, wasSaved: false };
    const place = this.#circle.length < this.#limit ? this.#circle.length : this.#evict();
    this.#circle[place] = slot;
    const keys = this.#devices.get(device);
    if (keys === undefined) this.#devices.set(device, new Map([[key, slot]]));
    else keys.set(key, slot);
    return slot;
  }

  /** Second chance: goes round past those seen since the last time; the first that was not has to go. */
  #evict(): number {
    for (;;) {
      const place = this.#hand;
      this.#hand = (this.#hand + 1) % this.#circle.length;
      const slot = this.#circle[place] as Slot<State>;
      if (slot.wasSeen) {
        slot.wasSeen = false;
        continue;
      }
      const keys = this.#devices.get(slot.device);
      keys?.delete(slot.key);
      if (keys?.size === 0) this.#devices.delete(slot.device);
      this.#changed.delete(slot);
      if (slot.wasSaved) this.#gone.add(nameOf(slot));
      this.#onEvict(slot.state);
      return place;
    }
  }
}

function nameOf({ device, key }: { readonly device: string; readonly key: string }): string {
  return JSON.stringify([device, key]);
}
