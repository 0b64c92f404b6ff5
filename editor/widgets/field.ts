/** What a form shows: a configuration's JSON Schema read once into one kind of field for each widget. */

export type Scalar = string | number | boolean;
export type ScalarType = "string" | "number" | "boolean";

export interface FieldBase {
  readonly title?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly placeholder?: string;
  readonly advanced: boolean;
  /** Shown only while each of these siblings has one of the values. */
  readonly showWhen: Readonly<Record<string, readonly Scalar[]>>;
  /** What applies when the document says nothing. */
  readonly initial: unknown;
}

export const textWidgets = ["plain", "multiline", "duration", "subject", "topic", "path"] as const;
export type TextWidget = (typeof textWidgets)[number];

export interface TextField extends FieldBase {
  readonly kind: "text";
  readonly widget: TextWidget;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}
export interface CodeField extends FieldBase {
  readonly kind: "code";
  readonly widget: "expression" | "template";
  /** Names that may stand in it. */
  readonly variables: readonly string[];
}
export interface NumberField extends FieldBase {
  readonly kind: "number";
  readonly integer: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}
export interface BooleanField extends FieldBase {
  readonly kind: "boolean";
}
export interface Choice {
  readonly value: Scalar;
  readonly label: string;
}
export interface ChoiceField extends FieldBase {
  readonly kind: "choice";
  readonly choices: readonly Choice[];
}
/** Several of a set of values, as an array. */
export interface ChoicesField extends FieldBase {
  readonly kind: "choices";
  readonly choices: readonly Choice[];
}
export interface SecretField extends FieldBase {
  readonly kind: "secret";
}
export interface ConnectionField extends FieldBase {
  readonly kind: "connection";
  /** Type of the connections to choose from. */
  readonly connection: string;
}
/** Text, number or truth value, whichever the person means. */
export interface ScalarField extends FieldBase {
  readonly kind: "scalar";
  readonly types: readonly ScalarType[];
}
export interface Property {
  readonly key: string;
  readonly label: string;
  readonly required: boolean;
  readonly field: Field;
}
export interface ObjectField extends FieldBase {
  readonly kind: "object";
  readonly properties: readonly Property[];
}
export interface ListField extends FieldBase {
  readonly kind: "list";
  readonly item: Field;
}
/** A list of objects. */
export interface TableField extends FieldBase {
  readonly kind: "table";
  readonly row: ObjectField;
}
export interface TupleField extends FieldBase {
  readonly kind: "tuple";
  readonly items: readonly Field[];
}
export interface RecordField extends FieldBase {
  readonly kind: "record";
  readonly item: Field;
}
export interface Alternative {
  /** The kind of field says it where there is none. */
  readonly label?: string;
  readonly field: Field;
  /** For an alternative that is one fixed value. */
  readonly constant?: Scalar;
  /** For objects told apart by the value of one property. */
  readonly tag?: { readonly key: string; readonly value: Scalar };
}
export interface UnionField extends FieldBase {
  readonly kind: "union";
  readonly alternatives: readonly Alternative[];
}
/** Anything the other kinds cannot hold. */
export interface JsonField extends FieldBase {
  readonly kind: "json";
}

export type Field =
  | TextField
  | CodeField
  | NumberField
  | BooleanField
  | ChoiceField
  | ChoicesField
  | SecretField
  | ConnectionField
  | ScalarField
  | ObjectField
  | ListField
  | TableField
  | TupleField
  | RecordField
  | UnionField
  | JsonField;

/** `pollInterval` and `poll_interval` → "Poll interval". */
export function labelOfKey(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim();
  return words === "" ? key : words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
