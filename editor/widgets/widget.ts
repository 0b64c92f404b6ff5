import type { Field } from "./field.ts";
import type { PlacedProblem } from "./place-problems.ts";

/** What every widget gets. All are controlled: the value shown is the document's. */
export interface WidgetProps<Kind extends Field = Field> {
  readonly field: Kind;
  /** Shown above it, or only read aloud where `bare` leaves no room. */
  readonly label: string;
  readonly required?: boolean;
  /** A cell of a table or list: no label, description or words of errors around it. */
  readonly bare?: boolean;
  readonly value: unknown;
  /** What applies when the value is `undefined`. */
  readonly fallback: unknown;
  /** About this value or something inside it. */
  readonly problems: readonly PlacedProblem[];
  /** `undefined` takes the value out of the document. */
  onChange(value: unknown): void;
}
