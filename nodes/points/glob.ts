/** Matches texts in which each `*` of the pattern stands for any characters, also none; in time linear in the text. */
export function glob(pattern: string): (text: string) => boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return (text) => text === pattern;
  const middle = rest.filter((part) => part !== "");
  return (text) => {
    if (!text.startsWith(start) || !text.endsWith(end)) return false;
    let position = start.length;
    for (const part of middle) {
      const found = text.indexOf(part, position);
      if (found < 0) return false;
      position = found + part.length;
    }
    return position + end.length <= text.length;
  };
}
