/** From JSON Schema 2020-12 with the words of `FieldMeta` beside it to fields. Whatever it does not know becomes JSON text. */
import type { JsonSchema } from "../../server/api/contract.ts";
import {
  type Alternative,
  type Choice,
  type Field,
  type FieldBase,
  labelOfKey,
  type ObjectField,
  type Scalar,
  type ScalarType,
  type TextWidget,
  textWidgets,
} from "./field.ts";

/** The fields of a whole configuration. A schema that is not an object's gives a form without fields. */
export function readForm(schema: JsonSchema): ObjectField {
  const field = new Reader(schema).read(schema);
  return field.kind === "object" ? field : { ...field, kind: "object", properties: [] };
}

const pointVariables = ["value", "key", "device_id", "type", "quality", "timestamp", "timestamp_ms", "tags"];
/** How often a definition may stand inside itself before the inner one is edited as JSON. */
const recursionLimit = 2;

class Reader {
  readonly #root: JsonSchema;
  readonly #inside: string[] = [];

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  read(schema: JsonSchema): Field {
    const reference = schema["$ref"];
    if (typeof reference === "string") return this.#referred(schema, reference);
    const parts = list(schema["allOf"]).filter(isSchema);
    if (parts.length > 0) return this.read(merged(schema, parts));
    const base = baseOf(schema);
    return this.#byWidget(schema, base) ?? this.#byShape(schema, base);
  }

  #referred(schema: JsonSchema, reference: string): Field {
    const target = pointed(this.#root, reference);
    const depth = this.#inside.filter((inside) => inside === reference).length;
    if (target === undefined || depth >= recursionLimit) return { ...baseOf(schema), kind: "json" };
    this.#inside.push(reference);
    const { $ref: _, ...beside } = schema;
    const field = this.read({ ...target, ...beside });
    this.#inside.pop();
    return field;
  }

  #byWidget(schema: JsonSchema, base: FieldBase): Field | undefined {
    const widget = schema["widget"];
    const connection = schema["connection"];
    if (widget === "secret") return { ...base, kind: "secret" };
    if (widget === "json") return { ...base, kind: "json" };
    if (widget === "connection" && typeof connection === "string") return { ...base, kind: "connection", connection };
    if ((widget === "expression" || widget === "template") && typesOf(schema).includes("string")) {
      const own = list(schema["variables"]).filter((name) => typeof name === "string");
      return { ...base, kind: "code", widget, variables: [...pointVariables, ...own] };
    }
    return undefined;
  }

  #byShape(schema: JsonSchema, base: FieldBase): Field {
    const choices = choicesOf(schema);
    if (choices !== undefined) return { ...base, kind: "choice", choices };
    const alternatives = [...list(schema["anyOf"]), ...list(schema["oneOf"])].filter(isSchema);
    if (alternatives.length > 0) return this.#union(schema, alternatives, base);
    const types = typesOf(schema);
    if (types.length > 1) {
      const scalars = types.flatMap(scalarType);
      return scalars.length === types.length
        ? { ...base, kind: "scalar", types: [...new Set(scalars)] }
        : { ...base, kind: "json" };
    }
    switch (types[0]) {
      case "string":
        return { ...base, kind: "text", widget: textWidget(schema), ...textBounds(schema) };
      case "number":
      case "integer":
        return { ...base, kind: "number", integer: types[0] === "integer", ...numberBounds(schema) };
      case "boolean":
        return { ...base, kind: "boolean" };
      case "array":
        return this.#array(schema, base);
      case "object":
        return this.#object(schema, base);
      default:
        return { ...base, kind: "json" };
    }
  }

  #union(schema: JsonSchema, alternatives: readonly JsonSchema[], base: FieldBase): Field {
    const real = alternatives.filter((alternative) => alternative["type"] !== "null");
    const [only] = real;
    if (only !== undefined && real.length === 1) {
      const { anyOf: _, oneOf: __, ...beside } = schema;
      return this.read({ ...only, ...beside });
    }
    const constants = real.map(constantOf);
    if (constants.every((choice) => choice !== undefined)) {
      return { ...base, kind: "choice", choices: constants.map((choice) => labelled(choice, schema)) };
    }
    const scalars = real.flatMap((alternative) =>
      choicesOf(alternative) === undefined && alternative["widget"] === undefined
        ? typesOf(alternative).flatMap(scalarType)
        : [],
    );
    if (scalars.length === real.length && new Set(scalars).size === scalars.length)
      return { ...base, kind: "scalar", types: scalars };
    return {
      ...base,
      kind: "union",
      alternatives: real.map((alternative) => this.#alternative(alternative, real, schema)),
    };
  }

  #alternative(schema: JsonSchema, siblings: readonly JsonSchema[], union: JsonSchema): Alternative {
    const field = this.read(schema);
    const constant = constantOf(schema);
    if (constant !== undefined) return { label: labelled(constant, union).label, field, constant: constant.value };
    const tag = tagOf(schema, siblings);
    const label = field.title === undefined ? {} : { label: field.title };
    if (tag === undefined || field.kind !== "object") return { ...label, field };
    const properties = field.properties.filter(({ key }) => key !== tag.key);
    return { label: labelOfKey(String(tag.value)), ...label, field: { ...field, properties }, tag };
  }

  #array(schema: JsonSchema, base: FieldBase): Field {
    const items = schema["items"];
    const prefix = list(schema["prefixItems"]).filter(isSchema);
    if (prefix.length > 0) return { ...base, kind: "tuple", items: prefix.map((item) => this.read(item)) };
    if (!isSchema(items)) return { ...base, kind: "json" };
    const item = this.read(items);
    if (item.kind === "object") return { ...base, kind: "table", row: item };
    if (item.kind === "choice") {
      const choices = item.choices.map((choice) => labelled(choice, schema));
      return { ...base, kind: "choices", choices };
    }
    return { ...base, kind: "list", item };
  }

  #object(schema: JsonSchema, base: FieldBase): Field {
    const required = list(schema["required"]);
    const names = schema["propertyNames"];
    const rest = schema["additionalProperties"];
    const declared = Object.entries(isSchema(schema["properties"]) ? schema["properties"] : {});
    const fixedKeys = isSchema(names) ? list(names["enum"]).filter((name) => typeof name === "string") : [];
    const entries = isSchema(rest)
      ? [...declared, ...fixedKeys.map((key): [string, unknown] => [key, rest])]
      : declared;
    if (entries.length === 0 && isSchema(rest)) return { ...base, kind: "record", item: this.read(rest) };
    if (entries.length === 0 && schema["properties"] === undefined) return { ...base, kind: "json" };
    const properties = entries.map(([key, value]) => {
      const field: Field = isSchema(value) ? this.read(value) : { ...baseOf({}), kind: "json" };
      const needed = required.includes(key) && field.initial === undefined;
      return { key, label: field.title ?? labelOfKey(key), required: needed, field };
    });
    return { ...base, kind: "object", properties };
  }
}

function baseOf(schema: JsonSchema): FieldBase {
  const text = (name: "title" | "description" | "unit" | "placeholder") => {
    const value = schema[name];
    return typeof value === "string" && value !== "" ? { [name]: value } : {};
  };
  const showWhen = isSchema(schema["showWhen"])
    ? Object.entries(schema["showWhen"]).map(([key, values]) => [key, list(values).filter(isScalar)] as const)
    : [];
  return {
    ...text("title"),
    ...text("description"),
    ...text("unit"),
    ...text("placeholder"),
    advanced: schema["advanced"] === true,
    showWhen: Object.fromEntries(showWhen),
    initial: schema["default"],
  };
}

function textWidget(schema: JsonSchema): TextWidget {
  return textWidgets.find((widget) => widget === schema["widget"]) ?? "plain";
}
function textBounds(schema: JsonSchema) {
  const pattern = schema["pattern"];
  return {
    ...(typeof pattern === "string" ? { pattern } : {}),
    ...numberOf(schema, "minLength"),
    ...numberOf(schema, "maxLength"),
  };
}
function numberBounds(schema: JsonSchema) {
  return {
    ...numberOf(schema, "minimum"),
    ...numberOf(schema, "maximum"),
    ...numberOf(schema, "exclusiveMinimum"),
    ...numberOf(schema, "exclusiveMaximum"),
  };
}
function numberOf<Name extends string>(schema: JsonSchema, name: Name): { readonly [key in Name]?: number } {
  const value = schema[name];
  // Zod writes the safe integers as bounds of every integer; they tell people nothing.
  const known = typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  return known ? ({ [name]: value } as { [key in Name]: number }) : {};
}

function choicesOf(schema: JsonSchema): readonly Choice[] | undefined {
  const constant = constantOf(schema);
  if (constant !== undefined) return [constant];
  const values = list(schema["enum"]).filter(isScalar);
  if (values.length === 0) return undefined;
  return values.map((value) => labelled({ value, label: String(value) }, schema));
}
function constantOf(schema: JsonSchema): Choice | undefined {
  const value = schema["const"];
  if (!isScalar(value)) return undefined;
  const title = schema["title"];
  return labelled({ value, label: typeof title === "string" ? title : String(value) }, schema);
}
function labelled(choice: Choice, schema: JsonSchema): Choice {
  const labels = schema["labels"];
  const label = isSchema(labels) ? labels[String(choice.value)] : undefined;
  return typeof label === "string" ? { ...choice, label } : choice;
}
/** The property whose fixed value differs between all alternatives. */
function tagOf(schema: JsonSchema, siblings: readonly JsonSchema[]): Alternative["tag"] {
  const constants = (of: JsonSchema) =>
    Object.entries(isSchema(of["properties"]) ? of["properties"] : {}).flatMap(([key, value]) => {
      const choice = isSchema(value) ? constantOf(value) : undefined;
      return choice === undefined ? [] : [{ key, value: choice.value }];
    });
  return constants(schema).find(({ key }) =>
    siblings.every((sibling) => constants(sibling).some((c) => c.key === key)),
  );
}
function typesOf(schema: JsonSchema): readonly string[] {
  const type = schema["type"];
  return (Array.isArray(type) ? type : [type]).filter((name) => typeof name === "string" && name !== "null");
}
function scalarType(type: string): ScalarType[] {
  if (type === "integer" || type === "number") return ["number"];
  return type === "string" || type === "boolean" ? [type] : [];
}

function pointed(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (!reference.startsWith("#")) return undefined;
  let at: unknown = root;
  for (const token of reference.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    at = isSchema(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isSchema(at) ? at : undefined;
}
function merged(schema: JsonSchema, parts: readonly JsonSchema[]): JsonSchema {
  const { allOf: _, ...own } = schema;
  const all = [...parts, own];
  const properties = Object.assign({}, ...all.map((part) => part["properties"] ?? {}));
  const required = all.flatMap((part) => list(part["required"]));
  return Object.assign({}, ...all, Object.keys(properties).length > 0 ? { properties, required } : {});
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
