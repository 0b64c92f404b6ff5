/** Inputs waiting for a processor: those of one device in order, those of several at the same time. Bounded, oldest out first. */

interface Waiting<T> {
  readonly lane: string;
  readonly item: T;
}

export class Lanes<T> {
  #capacity: number;
  /** All that waits, in the order it came, by a running number. */
  readonly #waiting = new Map<number, Waiting<T>>();
  /** The numbers of each lane, oldest first. */
  readonly #lanes = new Map<string, number[]>();
  /** Lanes with something waiting and nothing under way; the one whose turn it is comes first. */
  readonly #ready = new Set<string>();
  readonly #busy = new Set<string>();
  #last = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What waits beyond a smaller capacity still has its turn. */
  resize(capacity: number): void {
    this.#capacity = capacity;
  }

  size(): number {
    return this.#waiting.size;
  }

  busy(): number {
    return this.#busy.size;
  }

  /** Answers what had to go to make room: the oldest of all that waits. */
  push(lane: string, item: T): T | undefined {
    const dropped = this.#waiting.size < this.#capacity ? undefined : this.#dropOldest();
    const number = ++this.#last;
    this.#waiting.set(number, { lane, item });
    const numbers = this.#lanes.get(lane);
    if (numbers === undefined) this.#lanes.set(lane, [number]);
    else numbers.push(number);
    if (!this.#busy.has(lane)) this.#ready.add(lane);
    return dropped;
  }

  /** Takes the oldest item of the lane whose turn it is; the lane stays closed until `done`. */
  take(): T | undefined {
    const [lane] = this.#ready;
    if (lane === undefined) return undefined;
    this.#ready.delete(lane);
    const item = this.#shift(lane);
    this.#busy.add(lane);
    return item;
  }

  done(lane: string): void {
    this.#busy.delete(lane);
    if (this.#lanes.has(lane)) this.#ready.add(lane);
  }

  #dropOldest(): T | undefined {
    const [oldest] = this.#waiting.values();
    if (oldest === undefined) return undefined;
    const { lane } = oldest;
    const item = this.#shift(lane);
    if (!this.#lanes.has(lane)) this.#ready.delete(lane);
    return item;
  }

  /** The oldest of a lane, which is the oldest of all whenever it is dropped. */
  #shift(lane: string): T | undefined {
    const numbers = this.#lanes.get(lane);
    const number = numbers?.shift();
    if (numbers?.length === 0) this.#lanes.delete(lane);
    if (number === undefined) return undefined;
    const found = this.#waiting.get(number);
    this.#waiting.delete(number);
    return found?.item;
  }
}
