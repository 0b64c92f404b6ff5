/** Sends the records of a batch one by one, several at a time, for targets that confirm each on its own. */
import type { Window } from "../connections/window.ts";
import { ConnectionError, MessageError } from "../contract/errors.ts";
import type { Made, Refusal } from "./refusals.ts";

/**
 * Resolves with those that `send` refused with `MessageError`, when all others are confirmed. After a `ConnectionError`
 * nothing more is sent, and it is passed on when what is under way has been answered.
 */
export async function sendEach<T>(
  made: readonly Made<T>[],
  window: Window,
  send: (content: T) => Promise<void>,
): Promise<readonly Refusal[]> {
  const refused: Refusal[] = [];
  let away: ConnectionError | undefined;
  await Promise.all(
    made.map(({ index, content }) =>
      window.run(async () => {
        // Those behind one that the target could not take would overtake it when it is sent again.
        if (away !== undefined) return;
        try {
          await send(content);
        } catch (error) {
          if (error instanceof MessageError) refused.push({ index, reason: error.message });
          else if (error instanceof ConnectionError) away ??= error;
          else throw error;
        }
      }),
    ),
  );
  if (away !== undefined) throw away;
  return refused;
}
