/** Inputs of a table's cells: plain ones, since a large table has thousands, with the same rules as elsewhere. */
import { memo } from "react";
import { useT } from "../../i18n/messages.ts";
import { checkField } from "../check-field.ts";
import type { ChoiceField, NumberField, Property } from "../field.ts";
import type { PlacedProblem } from "../place-problems.ts";
import { usePlaceholder } from "../TextWidget.tsx";
import { useNumberText } from "../use-number-text.ts";
import { fallbackOf } from "../visible.ts";
import type { WidgetProps } from "../widget.ts";

interface Props {
  readonly column: Property;
  readonly row: number;
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
  onSet(key: string, value: unknown): void;
}

export const Cell = memo(function Cell({ column, row, value, problems, onSet }: Props) {
  const t = useT();
  const { field } = column;
  const wrong = checkField(field, value);
  const words = wrong === undefined ? problems.map(({ problem }) => problem.message) : [t(wrong.key, wrong.values)];
  const props: CellProps = {
    field,
    value,
    fallback: fallbackOf(column, undefined),
    label: t("field.cell", { column: column.label, n: row + 1 }),
    error: words.join("\n"),
    onChange: (next) => onSet(column.key, next),
  };
  switch (field.kind) {
    case "number":
      return <NumberCell {...props} field={field} />;
    case "choice":
      return <ChoiceCell {...props} field={field} />;
    case "boolean":
      return <BooleanCell {...props} />;
    default:
      return <TextCell {...props} />;
  }
});

interface CellProps extends Pick<WidgetProps, "field" | "value" | "fallback" | "label" | "onChange"> {
  /** Empty when there is none. */
  readonly error: string;
}

/** What is wrong is marked, read aloud, and shown by the pointer. */
function attributes({ label, error }: CellProps) {
  const described = error === "" ? {} : { "aria-invalid": true, "aria-description": error, title: error };
  return { "aria-label": label, autoComplete: "off", spellCheck: false, ...described };
}

function TextCell(props: CellProps) {
  const { field, value, onChange } = props;
  const placeholder = usePlaceholder(props);
  return (
    <input
      {...attributes(props)}
      className="form__cell"
      data-code={field.kind === "code" || undefined}
      value={
        value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value)
      }
      placeholder={placeholder}
      onChange={(event) => onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
    />
  );
}

function NumberCell(props: CellProps & { readonly field: NumberField }) {
  const t = useT();
  const { text, unread, type, onKeyDown } = useNumberText(props);
  const placeholder = usePlaceholder(props);
  return (
    <input
      {...attributes(unread ? { ...props, error: t("field.error.number") } : props)}
      className="form__cell"
      inputMode={props.field.integer ? "numeric" : "decimal"}
      value={text}
      placeholder={placeholder}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function ChoiceCell(props: CellProps & { readonly field: ChoiceField }) {
  const { field, value, fallback, onChange } = props;
  const effective = value ?? fallback;
  const chosen = field.choices.findIndex((choice) => choice.value === effective);
  return (
    <select
      {...attributes(props)}
      className="form__cell"
      value={String(chosen)}
      onChange={(event) => onChange(field.choices[Number(event.currentTarget.value)]?.value)}
    >
      {chosen < 0 ? <option value="-1">{effective === undefined ? "" : String(effective)}</option> : null}
      {field.choices.map(({ label }, index) => (
        <option key={label} value={index}>
          {label}
        </option>
      ))}
    </select>
  );
}

function BooleanCell(props: CellProps) {
  const { value, fallback, onChange } = props;
  return (
    <input
      {...attributes(props)}
      type="checkbox"
      checked={(value ?? fallback ?? false) === true}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
