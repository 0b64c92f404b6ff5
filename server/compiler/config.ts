/** From a configuration as it stands in the document to one that is checked: variables, secrets, schema. Pure. */
import type { ConfigSchema } from "../../nodes/contract/node.ts";
import { type ConfigFault, describeIssues, type Path, placeOf } from "./config-faults.ts";
import { isSecretField, schemaAt } from "./json-schema.ts";
import { suggestion } from "./nearest.ts";
import type { CompilerSettings } from "./settings.ts";

export type Config = Readonly<Record<string, unknown>>;

export interface ConfigReading {
  /** With variables filled in; secrets still are references. */
  readonly config: Config;
  /** Defaults filled in, a placeholder for every secret; `undefined` when it does not fit the schema. */
  readonly parsed: Config | undefined;
  readonly faults: readonly ConfigFault[];
}

export function readConfig(
  schema: ConfigSchema,
  given: Config,
  { env, secrets }: Pick<CompilerSettings, "env" | "secrets">,
): ConfigReading {
  const faults: ConfigFault[] = [];
  const config = fillVariables(given, schema, env, faults);
  const result = strict(schema).safeParse(concealSecrets(config, secrets, faults));
  if (result.success) return { config, parsed: result.data, faults };
  return { config, parsed: undefined, faults: [...faults, ...describeIssues(result.error.issues, schema, config)] };
}

const strictSchemas = new WeakMap<ConfigSchema, ConfigSchema>();

/** The schema with unknown fields refused, unless the node asked for them (`z.looseObject`). */
function strict(schema: ConfigSchema): ConfigSchema {
  let known = strictSchemas.get(schema);
  if (known === undefined) {
    known = schema.def.catchall === undefined ? schema.strict() : schema;
    strictSchemas.set(schema, known);
  }
  return known;
}

/** Upper case only, so that a template's `${value}` stays what it is. */
const variable = /\$\{([A-Z][A-Z0-9_]*)\}/g;

/** A text that is nothing but one variable becomes a number or boolean where the field wants one. */
function fillVariables(
  given: Config,
  schema: ConfigSchema,
  env: CompilerSettings["env"],
  faults: ConfigFault[],
): Config {
  return mapTree(given, (value, path) => {
    if (typeof value !== "string") return value;
    if (!value.includes("${")) {
      if (value !== "" && isSecretField(schema, path)) faults.push(plainSecret(path));
      return value;
    }
    const text = value.replace(variable, (reference, name: string) => {
      const known = Object.hasOwn(env, name) ? env[name] : undefined;
      if (known === undefined)
        faults.push({ code: "missing-variable", severity: "error", path, message: missingVariable(name) });
      return known ?? reference;
    });
    const isWhole = value.replace(variable, "") === "" && text !== value;
    return isWhole ? convert(text, schemaAt(schema, path)?.type) : text;
  }) as Config;
}

function convert(text: string, type: unknown): unknown {
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if ((type === "number" || type === "integer") && text.trim() !== "" && Number.isFinite(Number(text)))
    return Number(text);
  return text;
}

function missingVariable(name: string): string {
  return `the environment variable ${name} is not set; set it where the gateway is started, or write the value itself`;
}

function plainSecret(path: Path): ConfigFault {
  const message = `${placeOf(path)} is written into the flow, where whoever has the file can read it; set an environment variable and write \${NAME}, or store a secret and write {"$secret": "name"}`;
  return { code: "plain-secret", severity: "warning", path, message };
}

function concealSecrets(config: Config, secrets: CompilerSettings["secrets"], faults: ConfigFault[]): unknown {
  return mapTree(config, (value, path) => {
    const name = secretName(value);
    if (name === undefined) return value;
    if (secrets !== "unknown" && !secrets.has(name)) {
      const remedy = suggestion(name, [...secrets], "store it under that name first");
      faults.push({
        code: "missing-secret",
        severity: "error",
        path,
        message: `there is no secret "${name}"${remedy}`,
      });
    }
    return "secret-placeholder";
  });
}

/** The name in `{"$secret": name}`, `undefined` for everything else. */
export function secretName(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("$secret" in value)) return undefined;
  const { $secret: name } = value;
  return typeof name === "string" && name !== "" && Object.keys(value).length === 1 ? name : undefined;
}

/** A copy in which `replace` has taken the place of values; what it returns unchanged is gone through member by member. */
function mapTree(value: unknown, replace: (value: unknown, path: Path) => unknown, path: Path = []): unknown {
  const replaced = replace(value, path);
  if (replaced !== value || typeof value !== "object" || value === null) return replaced;
  if (Array.isArray(value)) return value.map((member, index) => mapTree(member, replace, [...path, index]));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, mapTree(member, replace, [...path, key])]),
  );
}
