/** The parts of a template between separators; one that stands inside of an expression separates nothing. Pure. */
export function splitTemplate(template: string, separator: string): string[] {
  const found: string[] = [""];
  let depth = 0;
  let previous = "";
  for (const character of template) {
    if (character === "{" && (depth > 0 || previous === "$")) depth++;
    else if (character === "}" && depth > 0) depth--;
    if (character === separator && depth === 0) found.push("");
    else found[found.length - 1] += character;
    previous = character;
  }
  return found;
}
