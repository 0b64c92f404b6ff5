/** What a rule remembers of each series: bounded, told when something had to be forgotten, and saved. */
import type { Clock } from "../contract/clock.ts";
import type { Operator, OperatorContext } from "../contract/operator.ts";
import type { Point } from "../contract/point.ts";
import { Series } from "../points/series.ts";
import { evictionTeller } from "./evictions.ts";

/** How a state is kept: as `Saved`, which is plain JSON, with wall-clock times. */
export interface Form<State, Saved> {
  fresh(): State;
  save(state: State): Saved;
  restore(saved: Saved): State;
  /** Lets go of one that has to be forgotten. */
  forget?(state: State): void;
}

export function remember<State, Saved>(
  maxSeries: number,
  context: Pick<OperatorContext, "clock" | "report" | "restored">,
  form: Form<State, Saved>,
): { readonly series: Series<State>; readonly snapshot: NonNullable<Operator<Point, Saved>["snapshot"]> } {
  const tellEviction = evictionTeller(
    context,
    (count) => `${count} series had to be forgotten since there are more than ${maxSeries}; raise "Remember series"`,
  );
  const series = new Series<State>(
    maxSeries,
    () => form.fresh(),
    (state) => {
      form.forget?.(state);
      tellEviction();
    },
  );
  // The runtime has parsed them by the shape that the node declares.
  for (const [name, saved] of context.restored as ReadonlyMap<string, Saved>) series.restore(name, form.restore(saved));
  return {
    series,
    *snapshot(which) {
      for (const [name, state] of series.saved(which)) yield [name, state === undefined ? undefined : form.save(state)];
    },
  };
}

/** For a state that is plain JSON itself. */
export function asItIs<State>(fresh: () => State): Form<State, State> {
  return { fresh, save: (state) => state, restore: (saved) => saved };
}

/** Monotonic times as wall-clock times, in which they are saved, and back. */
export function saving(clock: Clock): { wall(monotonicMs: number): number; monotonic(wallMs: number): number } {
  return {
    wall: (monotonicMs) => clock.now() - (clock.monotonic() - monotonicMs),
    // A wall clock that was set back must not make a time one in the future.
    monotonic: (wallMs) => clock.monotonic() - Math.max(0, clock.now() - wallMs),
  };
}
