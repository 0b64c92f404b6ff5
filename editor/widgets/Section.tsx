import { type ReactNode, useId } from "react";
import { ProblemWords } from "./frame.tsx";
import { noProblems, type PlacedProblem } from "./place-problems.ts";

interface Props {
  readonly label: string;
  readonly required?: boolean;
  readonly description?: string | undefined;
  /** Of the group as a whole. */
  readonly problems?: readonly PlacedProblem[];
  readonly indented?: boolean;
  /** Beside the heading, on the right. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A group of inputs under one label. */
export function Section({ label, required, description, problems = noProblems, indented, aside, children }: Props) {
  const id = useId();
  return (
    <fieldset className="form__group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-words`}>
      <div className="form__section-head">
        <span id={`${id}-label`} className="form__label">
          {label}
          {required === true ? <span className="form__error"> *</span> : null}
        </span>
        {aside}
      </div>
      <div id={`${id}-words`} className="form__section-note">
        {problems.length === 0 ? null : (
          <span className="form__error">
            <ProblemWords problems={problems} />
          </span>
        )}
        {description}
      </div>
      <div className={indented === true ? "form__indented" : undefined}>{children}</div>
    </fieldset>
  );
}
