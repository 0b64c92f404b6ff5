/** At most so many things at a time; the others wait their turn, in order. */
export class Window {
  readonly #size: number;
  #inside = 0;
  #waiting: (() => void)[] = [];
  /** Of those waiting, how many have had their turn: taken from the front without moving the rest each time. */
  #taken = 0;

  constructor(size: number) {
    this.#size = size;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#size) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside++;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes now gets in before those who wait.
      const next = this.#next();
      if (next === undefined) this.#inside--;
      else next();
    }
  }

  #next(): (() => void) | undefined {
    const next = this.#waiting[this.#taken];
    if (next === undefined) return undefined;
    this.#taken++;
    if (this.#taken * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return next;
  }
}
