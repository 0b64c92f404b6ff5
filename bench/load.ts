/** A closed loop: so many messages under way at once, the next when one has come out at the end. */

export class Load {
  #total: number;
  #window: number;
  #sent = 0;
  #done = 0;
  #send: (payload: Readonly<Record<string, number>>) => void = () => {};
  #finish: () => void = () => {};

  constructor(total: number, window: number) {
    this.#total = total;
    this.#window = window;
  }

  /** Resolves when all have arrived. */
  run(send: (payload: Readonly<Record<string, number>>) => void): Promise<void> {
    this.#send = send;
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#fill();
    });
  }

  arrived(): void {
    this.#done++;
    if (this.#done === this.#total) this.#finish();
    else if (this.#sent - this.#done <= this.#window / 2) this.#fill();
  }

  #fill(): void {
    while (this.#sent < this.#total && this.#sent - this.#done < this.#window)
      this.#send({ temperature: 20.5 + (this.#sent++ % 1_000) / 10 });
  }
}
