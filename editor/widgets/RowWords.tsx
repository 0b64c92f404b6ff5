import { ProblemWords } from "./frame.tsx";
import type { PlacedProblem } from "./place-problems.ts";

/** The words of problems below an input that has no room for them itself. */
export function RowWords({ problems }: { readonly problems: readonly PlacedProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <p className="form__note">
      <span className="form__error">
        <ProblemWords problems={problems} />
      </span>
    </p>
  );
}
