/** What all checks together say about a point. */
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import type { KeyedJudge } from "./checks.ts";

export interface Verdict {
  /** Every reason found; `undefined` when the point is valid. */
  readonly reason: string | undefined;
  /** The checks that were not passed, in words. */
  readonly failed: readonly string[];
}

const valid: Verdict = { reason: undefined, failed: [] };

/** A point that no check is for is valid. */
export function verdicts(judges: readonly KeyedJudge[], match: "all" | "any"): (point: Point) => Verdict {
  return (point) => {
    const reasons: string[] = [];
    const failed: string[] = [];
    let asked = 0;
    for (const judge of judges) {
      if (!judge.applies(point.key)) continue;
      asked++;
      const reason = reasonOf(judge, point);
      if (reason === undefined) continue;
      reasons.push(reason);
      failed.push(judge.words);
    }
    const isValid = match === "all" ? reasons.length === 0 : asked === 0 || reasons.length < asked;
    if (!isValid) return { reason: reasons.join("; "), failed };
    for (const judge of judges) if (judge.applies(point.key)) accept(judge, point);
    return valid;
  };
}

function reasonOf(judge: KeyedJudge, point: Point): string | undefined {
  try {
    return judge.reason(point);
  } catch (error) {
    if (error instanceof MessageError) return error.message;
    throw error;
  }
}

/** Where one of several checks is enough, a point without a readable time may be valid and has no place in an order. */
function accept(judge: KeyedJudge, point: Point): void {
  try {
    judge.accept?.(point);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
  }
}
