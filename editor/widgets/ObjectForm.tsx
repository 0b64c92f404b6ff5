import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { memo, useId, useMemo, useState } from "react";
import { useT } from "../i18n/messages.ts";
import { isObject, type JsonObject, withProperty } from "./edit.ts";
import type { ObjectField, Property } from "./field.ts";
import { ProblemWords } from "./frame.tsx";
import { halfWide } from "./half-wide.ts";
import { InnerField } from "./InnerField.tsx";
import { noProblems, type PlacedProblem, placeProblems } from "./place-problems.ts";
import { useStable } from "./use-stable.ts";
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
  const keys = shown.map(({ key }) => key).join("\n");
  const { here, below } = useMemo(() => placeProblems(problems, keys.split("\n")), [problems, keys]);
  const basic = shown.filter((property) => !property.field.advanced);
  const advanced = shown.filter((property) => property.field.advanced);
  const half = new Set([...halfWide(basic), ...halfWide(advanced)]);
  const set = useStable((key: string, next: unknown) => onChange(withProperty(object, key, next)));
  const view = (property: Property) => (
    <PropertyView
      key={property.key}
      property={property}
      half={half.has(property)}
      value={object[property.key]}
      fallback={fallbackOf(property, fallback)}
      problems={below.get(property.key) ?? noProblems}
      onSet={set}
    />
  );
  return (
    <>
      {here.length === 0 ? null : (
        <div className="form__problems">
          <ProblemWords problems={here} />
        </div>
      )}
      <div className="form__grid">{basic.map(view)}</div>
      {advanced.length === 0 ? null : (
        <Advanced
          troubled={advanced.some(({ key }) => below.has(key))}
          count={advanced.length}
          changed={advanced.filter(({ key }) => object[key] !== undefined).length}
        >
          <div className="form__grid">{advanced.map(view)}</div>
        </Advanced>
      )}
    </>
  );
}

interface PropertyProps {
  readonly property: Property;
  readonly half: boolean;
  readonly value: unknown;
  readonly fallback: unknown;
  readonly problems: readonly PlacedProblem[];
  onSet(key: string, value: unknown): void;
}

/** Drawn again only when its own value or problems change: typing in one field of a long form costs only that field. */
const PropertyView = memo(function PropertyView(props: PropertyProps) {
  const { property, half, value, fallback, problems, onSet } = props;
  return (
    <div className={half ? "form__narrow" : "form__wide"}>
      <InnerField
        field={property.field}
        label={property.label}
        required={property.required}
        value={value}
        fallback={fallback}
        problems={problems}
        onChange={(next) => onSet(property.key, next)}
      />
    </div>
  );
});

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
