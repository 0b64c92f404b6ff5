/** The groups there are: found by device and what else tells them apart, never more than a limit. */
import type { Group } from "./group.ts";

export class Groups {
  readonly #limit: number;
  readonly #onEvict: (group: Group) => void;
  readonly #byDevice = new Map<string, Map<string, Group>>();
  /** All of them, in a circle. */
  readonly #circle: Group[] = [];
  #hand = 0;

  /** `onEvict` is called before a group has to go for another one. */
  constructor(limit: number, onEvict: (group: Group) => void) {
    this.#limit = limit;
    this.#onEvict = onEvict;
  }

  [Symbol.iterator](): Iterator<Group> {
    return this.#circle[Symbol.iterator]();
  }

  find(device: string, rest: string): Group | undefined {
    return this.#byDevice.get(device)?.get(rest);
  }

  add(group: Group): void {
    const place = this.#circle.length < this.#limit ? this.#circle.length : this.#evict();
    this.#circle[place] = group;
    const { device } = group.identity;
    const known = this.#byDevice.get(device);
    if (known === undefined) this.#byDevice.set(device, new Map([[group.rest, group]]));
    else known.set(group.rest, group);
  }

  /** Second chance: goes round past those seen since the last time; the first that was not has to go. */
  #evict(): number {
    for (;;) {
      const place = this.#hand;
      this.#hand = (this.#hand + 1) % this.#circle.length;
      const group = this.#circle[place] as Group;
      if (group.wasSeen) {
        group.wasSeen = false;
        continue;
      }
      this.#onEvict(group);
      const { device } = group.identity;
      const siblings = this.#byDevice.get(device);
      siblings?.delete(group.rest);
      if (siblings?.size === 0) this.#byDevice.delete(device);
      return place;
    }
  }
}
