/** One point to all targets at the same time; what has been taken is not sent again when the point comes again. */
import type { Clock } from "../../contract/clock.ts";
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import type { ProcessorRequest } from "../../contract/processor.ts";
import type { Breaker } from "./breaker.ts";
import type { Target } from "./target.ts";

export interface GuardedTarget {
  readonly target: Target;
  readonly breaker: Breaker;
}

export interface Delivery {
  readonly clock: Clock;
  /** For each target. */
  readonly timeoutMs: number;
}

/** `Error`: it may work later; then nothing is noted. */
type Outcome = { readonly answer: string | undefined } | { readonly refused: MessageError };

/**
 * Resolves with what each target answered. Rejects with `MessageError` when one refuses for good and no other may still
 * take it, with another error when trying again may help; both name the targets.
 */
export async function deliver(
  targets: readonly GuardedTarget[],
  point: Point,
  { notes, trace }: ProcessorRequest,
  delivery: Delivery,
): Promise<readonly (string | undefined)[]> {
  const failures: string[] = [];
  await Promise.all(
    targets.map(async ({ target, breaker }, index) => {
      if (notes.has(`${index}`)) return;
      const note = (outcome: Outcome) => void notes.set(`${index}`, outcome);
      try {
        note({ answer: await breaker.run(() => within(delivery, target.send(point, trace))) });
      } catch (error) {
        if (error instanceof MessageError) note({ refused: error });
        else failures.push(`${target.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
  const outcomes = targets.map((_, index) => notes.get(`${index}`) as Outcome | undefined);
  const refusals = outcomes.flatMap((outcome, index) =>
    outcome !== undefined && "refused" in outcome
      ? [{ name: targets[index]?.target.name, refused: outcome.refused }]
      : [],
  );
  if (failures.length === 0 && refusals.length === 0)
    return outcomes.map((outcome) => (outcome !== undefined && "answer" in outcome ? outcome.answer : undefined));
  const taken = outcomes.flatMap((outcome, index) =>
    outcome !== undefined && "answer" in outcome ? [targets[index]?.target.name ?? ""] : [],
  );
  const words = [...failures, ...refusals.map(({ name, refused }) => `${name}: ${refused.message}`)].join("; ");
  const message = taken.length === 0 ? words : `${words} (delivered to ${taken.join(", ")})`;
  const [first] = refusals;
  if (failures.length > 0 || first === undefined) throw new Error(message);
  throw new MessageError(first.refused.type, message, { cause: first.refused });
}

async function within<T>({ clock, timeoutMs }: Delivery, work: Promise<T>): Promise<T> {
  let timer: ReturnType<Clock["after"]> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs / 1_000} s`)));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer?.cancel();
  }
}
