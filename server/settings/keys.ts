/** The list of all keys, read off the schema: for environment variables, messages and documentation. */
import { z } from "zod";
import { settingsSchema } from "../settings.ts";

export interface SettingKey {
  /** `gateway.nats_url` */
  readonly key: string;
  /** `SLUICE_GATEWAY_NATS_URL` */
  readonly variable: string;
  readonly description: string;
  readonly defaultValue: unknown;
  readonly isPath: boolean;
  /** Reads the text of a variable or of `--set` as a value of this key; text that does not fit stays text. */
  fromText(text: string): unknown;
}

interface JsonSchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly widget?: string;
}

export const settingKeys: readonly SettingKey[] = keysOf(
  z.toJSONSchema(settingsSchema, { io: "input" }) as JsonSchemaNode,
  [],
);

export const settingSections: readonly string[] = [
  ...new Set(
    settingKeys.flatMap(({ key }) => key.split(".").map((_, index, parts) => parts.slice(0, index).join("."))),
  ),
].filter((section) => section !== "");

function keysOf(schema: JsonSchemaNode, path: readonly string[]): SettingKey[] {
  if (schema.properties !== undefined)
    return Object.entries(schema.properties).flatMap(([name, child]) => keysOf(child, [...path, name]));
  const key = path.join(".");
  return [
    {
      key,
      variable: `SLUICE_${key.replaceAll(".", "_").toUpperCase()}`,
      description: schema.description ?? "",
      defaultValue: schema.default,
      isPath: schema.widget === "path",
      fromText: (text) => readText(text, schema.type),
    },
  ];
}

function readText(text: string, type: string | undefined): unknown {
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if ((type === "integer" || type === "number") && text.trim() !== "" && Number.isFinite(Number(text)))
    return Number(text);
  if (type === "array") return text.split(",").map((part) => part.trim());
  return text;
}
