import { replaced } from "./edit.ts";
import { emptyValue } from "./empty-value.ts";
import type { TupleField } from "./field.ts";
import { InnerField } from "./InnerField.tsx";
import { indexes, noProblems, placeProblems } from "./place-problems.ts";
import { Section } from "./Section.tsx";
import type { WidgetProps } from "./widget.ts";

/** A fixed number of values side by side, such as a lower and an upper bound. */
export function TupleWidget({
  field,
  label,
  required = false,
  value,
  fallback,
  problems,
  onChange,
}: WidgetProps<TupleField>) {
  const values: readonly unknown[] = Array.isArray(value) ? value : [];
  const fallbacks: readonly unknown[] = Array.isArray(fallback) ? fallback : [];
  const { here, below } = placeProblems(problems, indexes(field.items.length));
  const complete = field.items.map((item, index) => values[index] ?? fallbacks[index] ?? emptyValue(item));
  return (
    <Section label={label} required={required} description={field.description} problems={here}>
      <div className="form__inline">
        {field.items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what tells them apart
          <div key={index} className="form__grow">
            <InnerField
              bare={item.title === undefined}
              field={item}
              label={item.title ?? `${label} ${index + 1}`}
              value={values[index] ?? undefined}
              fallback={fallbacks[index] ?? item.initial}
              problems={below.get(String(index)) ?? noProblems}
              onChange={(next) => onChange(replaced(complete, index, next ?? emptyValue(item)))}
            />
          </div>
        ))}
      </div>
    </Section>
  );
}
