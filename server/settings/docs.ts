/** The settings as documentation, made from their declarations. */
import { settingKeys } from "./keys.ts";

/** A Markdown table of every key with its environment variable, default and meaning. */
export function settingsDocs(): string {
  const rows = settingKeys.map(({ key, variable, defaultValue, description }) => {
    const shown = defaultValue === undefined ? "" : `\`${JSON.stringify(defaultValue).replaceAll('"', "")}\``;
    return `| \`${key}\` | \`${variable}\` | ${shown} | ${description.replaceAll("|", "\\|")} |`;
  });
  return ["| Key | Environment variable | Default | Meaning |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}
