import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { isObject, type JsonObject, withProperty } from "./edit.ts";
import type { Field, ObjectField, Property } from "./field.ts";
import { ProblemWords } from "./frame.tsx";
import { InnerField } from "./InnerField.tsx";
import { noProblems, type PlacedProblem, placeProblems } from "./place-problems.ts";
import { fallbackOf, shownProperties } from "./visible.ts";

interface Props {
  readonly field: ObjectField;
  readonly value: unknown;
  readonly fallback: unknown;
  readonly problems: readonly PlacedProblem[];
  onChange(value: JsonObject): void;
}

/** The fields of an object, the advanced ones folded; on top, problems of it that belong to none of them. */
export function ObjectForm({ field, value, fallback, problems, onChange }: Props) {
  const object = isObject(value) ? value : {};
  const shown = shownProperties(field, object, fallback);
  const { here, below } = placeProblems(
    problems,
    shown.map(({ key }) => key),
  );
  const view = (property: Property) => (
    <div key={property.key} className={isNarrow(property.field) ? "form__narrow" : "form__wide"}>
      <InnerField
        field={property.field}
        label={property.label}
        required={property.required}
        value={object[property.key]}
        fallback={fallbackOf(property, fallback)}
        problems={below.get(property.key) ?? noProblems}
        onChange={(next) => onChange(withProperty(object, property.key, next))}
      />
    </div>
  );
  const advanced = shown.filter((property) => property.field.advanced);
  const troubled = advanced.filter(({ key }) => below.has(key)).length;
  return (
    <>
      {here.length === 0 ? null : (
        <div className="form__problems">
          <ProblemWords problems={here} />
        </div>
      )}
      <div className="form__grid">{shown.filter((property) => !property.field.advanced).map(view)}</div>
      {advanced.length === 0 ? null : (
        <Advanced
          troubled={troubled > 0}
          count={advanced.length}
          changed={advanced.filter(({ key }) => object[key] !== undefined).length}
        >
          <div className="form__grid">{advanced.map(view)}</div>
        </Advanced>
      )}
    </>
  );
}

/** Folded until asked for, or until something in it is wrong. */
export function Advanced(props: {
  readonly label?: string;
  readonly troubled: boolean;
  readonly count: number;
  readonly changed: number;
  readonly children: React.ReactNode;
}) {
  const t = useT();
  const id = useId();
  const [asked, setAsked] = useState<boolean>();
  const open = asked ?? props.troubled;
  return (
    <div className="form__advanced">
      <UnstyledButton
        className="form__advanced-button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setAsked(!open)}
      >
        <IconChevronRight size={14} className="form__chevron" data-open={open || undefined} aria-hidden />
        {props.label ?? t("field.advanced")}
        <span className="form__count">
          {props.changed > 0 ? t("field.advancedChanged", { n: props.changed, all: props.count }) : props.count}
        </span>
        {props.troubled && !open ? <span className="form__error">{t("field.advancedTroubled")}</span> : null}
      </UnstyledButton>
      {open ? (
        <div id={id} className="form__advanced-body">
          {props.children}
        </div>
      ) : null}
    </div>
  );
}

/** Whether two of its kind fit beside each other. */
function isNarrow(field: Field): boolean {
  if ((field.description?.length ?? 0) > 70) return false;
  if (field.kind === "number") return true;
  if (field.kind === "text") return field.widget === "duration";
  if (field.kind === "choice")
    return field.choices.every(({ label }) => label.length <= 18) && field.choices.length > 3;
  return field.kind === "boolean" && (field.title ?? "").length <= 22 && field.description === undefined;
}
