/** Templates of the form `{{.DeviceID}}` as ours. */

const names: Readonly<Record<string, string>> = {
  DeviceID: "device_id",
  Key: "key",
  Value: "value",
  Type: "type",
  Timestamp: "timestamp",
  device_id: "device_id",
  key: "key",
  value: "value",
  RuleName: "rule_name",
  RuleID: "rule_id",
};

/** What has no counterpart stays as it stands, with a note. */
export function templateOf(text: string, notes: string[]): string {
  return text.replaceAll("$" + "{", "$$" + "{").replace(/\{\{\s*\.?([\w.]+)\s*\}\}/g, (found, path: string) => {
    const [root = "", ...rest] = path.split(".");
    const name = Object.hasOwn(names, root) ? names[root] : undefined;
    if (root === "Tags" || root === "tags") return `\${tags[${JSON.stringify(rest.join("."))}]}`;
    if (name !== undefined) return `\${${[name, ...rest].join(".")}}`;
    notes.push(`The placeholder ${found.slice(0, 60)} has no counterpart, and stands as it is.`);
    return found;
  });
}
