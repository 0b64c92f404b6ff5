/** Markdown of one node type or connection, from its description. */
import type { ConnectionDescription, JsonSchema, NodeDescription } from "../nodes/contract/describe.ts";

export function nodesIndex(nodes: readonly NodeDescription[], connections: readonly ConnectionDescription[]): string {
  const rows = (items: readonly { type: string; title: string; summary: string }[], prefix = "") =>
    items.map(({ type, title, summary }) => `| [${title}](${prefix}${type}.md) | \`${type}\` | ${summary} |`);
  return [
    "# Nodes\n",
    "| node | type | |\n| --- | --- | --- |",
    ...rows(nodes),
    "\n## Connections\n",
    "| connection | type | |\n| --- | --- | --- |",
    ...rows(connections, "connection."),
    "",
  ].join("\n");
}

function named({ outputsFrom }: NodeDescription): string {
  return outputsFrom === undefined ? "" : `one for each \`${outputsFrom.list}[].${outputsFrom.name}\`, `;
}

export function nodePage(node: NodeDescription): string {
  const ports = (names: NodeDescription["inputs"]) => names.map(({ name, title }) => `\`${name}\` ${title}`).join(", ");
  return [
    `# ${node.title}\n`,
    `\`${node.type}\` · ${node.summary}\n`,
    node.help.trim(),
    "\n## Ports\n",
    node.inputs.length > 0 ? `- in: ${ports(node.inputs)}` : "- in: none",
    node.outputs.length > 0 ? `- out: ${named(node)}${ports(node.outputs)}` : "- out: none",
    ...configSection(node.config),
    ...node.examples.flatMap(({ title, config }) => [
      `\n## Example: ${title}\n`,
      "```json",
      JSON.stringify(config, null, 2),
      "```",
    ]),
    "",
  ].join("\n");
}

export function connectionPage(connection: ConnectionDescription): string {
  return [
    `# ${connection.title}\n`,
    `connection \`${connection.type}\` · ${connection.summary}\n`,
    connection.help.trim(),
    ...configSection(connection.config),
    "",
  ].join("\n");
}

function configSection(schema: JsonSchema): string[] {
  const rows = fieldRows(schema, "");
  if (rows.length === 0) return [];
  return ["\n## Configuration\n", "| field | kind | default | |", "| --- | --- | --- | --- |", ...rows];
}

function fieldRows(schema: JsonSchema, prefix: string): string[] {
  const properties = (schema["properties"] ?? {}) as Record<string, JsonSchema>;
  const required = new Set((schema["required"] ?? []) as string[]);
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const fallback =
      "default" in field ? `\`${JSON.stringify(field["default"])}\`` : required.has(name) ? "required" : "";
    const text = [field["title"], field["description"]].filter((part) => typeof part === "string").join(": ");
    const row = `| \`${path}\` | ${kind(field)} | ${cell(fallback)} | ${cell(text)} |`;
    const items = field["items"] as JsonSchema | undefined;
    const nested = field["type"] === "array" && items?.["type"] === "object" ? fieldRows(items, `${path}[].`) : [];
    return [row, ...nested, ...(field["type"] === "object" ? fieldRows(field, `${path}.`) : [])];
  });
}

function kind(field: JsonSchema): string {
  const values = field["enum"];
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(" ");
  if (field["widget"] === "duration") return "duration";
  const type = field["type"];
  const unit = typeof field["unit"] === "string" ? ` (${field["unit"]})` : "";
  return `${typeof type === "string" ? type : "any"}${unit}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
