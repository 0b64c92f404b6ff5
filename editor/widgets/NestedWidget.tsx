import type { ObjectField } from "./field.ts";
import { ObjectForm } from "./ObjectForm.tsx";
import { Section } from "./Section.tsx";
import type { WidgetProps } from "./widget.ts";

/** An object inside an object: its fields under a heading. Without any field set it leaves the document. */
export function NestedWidget({ field, label, value, fallback, problems, onChange }: WidgetProps<ObjectField>) {
  return (
    <Section label={label} description={field.description} indented>
      <ObjectForm
        field={field}
        value={value}
        fallback={value === undefined ? fallback : undefined}
        problems={problems}
        onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
      />
    </Section>
  );
}
