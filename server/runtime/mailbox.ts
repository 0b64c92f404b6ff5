/** Messages waiting for a connector that is slower than the bus: bounded, oldest out first when full, every loss counted. */

export class Mailbox<T> {
  #items: (T | undefined)[];
  #first = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#items = new Array(capacity);
  }

  size(): number {
    return this.#size;
  }

  /** Returns false when the oldest item had to go to make room. */
  push(item: T): boolean {
    const capacity = this.#items.length;
    this.#items[(this.#first + this.#size) % capacity] = item;
    if (this.#size < capacity) {
      this.#size++;
      return true;
    }
    this.#first = (this.#first + 1) % capacity;
    return false;
  }

  /** Takes up to `count` items, oldest first. */
  take(count: number): T[] {
    const taken: T[] = [];
    while (taken.length < count && this.#size > 0) {
      const item = this.#items[this.#first];
      this.#items[this.#first] = undefined;
      this.#first = (this.#first + 1) % this.#items.length;
      this.#size--;
      if (item !== undefined) taken.push(item);
    }
    return taken;
  }
}
