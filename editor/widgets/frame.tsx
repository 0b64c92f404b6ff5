/** What stands around an input: label, one sentence, and what is wrong with the value. */
import { type ReactNode, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { checkField } from "./check-field.ts";
import type { PlacedProblem } from "./place-problems.ts";
import type { WidgetProps } from "./widget.ts";

export interface Frame {
  readonly label?: ReactNode;
  readonly "aria-label"?: string;
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  readonly withAsterisk: boolean;
  readonly size: "xs";
  readonly inputWrapperOrder: ("label" | "input" | "error" | "description")[];
}

/**
 * Properties for a Mantine input. `ownError` replaces what the field's own check says; `quiet` holds words of errors
 * back, for while somebody is still typing.
 */
export function useFrame(props: WidgetProps, options: { ownError?: ReactNode; quiet?: boolean } = {}): Frame {
  const t = useT();
  const { field, label, required = false, bare = false, value, problems } = props;
  const local = checkField(field, value);
  const own = options.ownError ?? (local === undefined ? undefined : t(local.key, local.values));
  const errors = problems.filter(({ problem }) => problem.severity === "error");
  const warnings = problems.filter(({ problem }) => problem.severity === "warning");
  const words = own ?? (errors.length > 0 ? <ProblemWords problems={errors} /> : undefined);
  const error = options.quiet === true ? undefined : words;
  const frame: Frame = {
    withAsterisk: required && !bare,
    size: "xs",
    inputWrapperOrder: ["label", "input", "error", "description"],
  };
  if (bare) return { ...frame, "aria-label": label, ...(error === undefined ? {} : { error: true }) };
  const description = describe(field.description, warnings);
  return {
    ...frame,
    label,
    ...(description === undefined ? {} : { description }),
    ...(error === undefined ? {} : { error }),
  };
}

function describe(text: string | undefined, warnings: readonly PlacedProblem[]): ReactNode {
  if (warnings.length === 0) return text;
  return (
    <>
      <span className="form__warning">
        <ProblemWords problems={warnings} />
      </span>
      {text}
    </>
  );
}

export function ProblemWords({ problems }: { readonly problems: readonly PlacedProblem[] }) {
  return problems.map(({ problem, path }) => (
    <span key={`${path.join(".")} ${problem.message}`} className="form__problem">
      {path.length > 0 ? <b>{`${path.join(".")}: `}</b> : null}
      {problem.message}
    </span>
  ));
}

/**
 * Errors wait until the field is left, unless there was one already when it was entered: then they go as soon as the
 * value is right.
 */
export function useQuietWhileTyping(hasError: boolean) {
  const [quiet, setQuiet] = useState(false);
  return { quiet, onFocus: () => setQuiet(!hasError), onBlur: () => setQuiet(false) };
}

/** Whether the field would show an error, were it not held back. */
export function hasError({ field, value, problems }: WidgetProps): boolean {
  return checkField(field, value) !== undefined || problems.some(({ problem }) => problem.severity === "error");
}
