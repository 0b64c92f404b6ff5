/** The way to a value inside a payload as expressions write it: `tags.line`, `values[3]`, `tags["my tag"]`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (/^[A-Za-z_]\w*$/.test(part)) return text === "" ? part : `${text}.${part}`;
    return `${text}[${JSON.stringify(part)}]`;
  }, "");
}
