/** Holds points back until enough of them, or enough time, has come together. */
import type { Clock, Timer } from "../../contract/clock.ts";
import type { Emission, OperatorContext, Trace } from "../../contract/operator.ts";
import type { Point } from "../../contract/point.ts";

export class Collector {
  readonly #clock: Clock;
  readonly #emit: OperatorContext["emit"];
  readonly #collectForMs: number;
  readonly #maxPoints: number;
  #held: { readonly point: Point; readonly emission: Emission }[] = [];
  #timer: Timer | undefined;

  constructor({ clock, emit }: Pick<OperatorContext, "clock" | "emit">, collectForMs: number, maxPoints: number) {
    this.#clock = clock;
    this.#emit = emit;
    this.#collectForMs = collectForMs;
    this.#maxPoints = maxPoints;
  }

  add(point: Point, port: string, trace: Trace): void {
    this.#held.push({ point, emission: { port, trace } });
    if (this.#held.length >= this.#maxPoints) this.flush();
    else this.#timer ??= this.#clock.after(this.#collectForMs, () => this.flush());
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const held = this.#held;
    this.#held = [];
    for (const { point, emission } of held) this.#emit(point, emission);
  }
}
