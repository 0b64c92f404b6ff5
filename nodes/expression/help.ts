/** The chapter on expressions that nodes append to their help. */
import { functions } from "./functions.ts";
import { macros } from "./macros.ts";

const calls = [...Object.values(functions), ...Object.values(macros)]
  .map(({ usage, summary }) => `- \`${usage}\`${summary === "" ? "" : `: ${summary}`}`)
  .join("\n");

/** Markdown, from a heading of the third level on. */
export const expressionHelp = `### Expressions

An expression is a short formula about one point: \`value > 40 && tags.line == "a"\`, \`value * 1.8 + 32\`.

**Names**: \`value\`, \`key\`, \`device_id\`, \`type\`, \`quality\` (0 is good), \`timestamp\` (text), \`timestamp_ms\`
(milliseconds since 1970), \`tags.line\` or \`tags["my tag"]\`, \`value.latitude\` and \`value[0]\` for composite values,
\`point.unit\` for any other field the point carries. Text stands in quotes.

**Operators**: \`+ - * / %\`, \`== != < <= > >=\`, \`&& || !\`, \`in [1, 2, 3]\`, \`condition ? then : else\`. There is one
kind of number: \`1 / 2\` is \`0.5\`. Comparing different kinds, such as a number with text, is false.

**Missing fields**: a condition about a field or tag that the point does not have is not met; \`has(tags.line)\` asks
whether it is there. A calculation with such a field fails, and the point leaves by *Failed*.

**Limits**: one evaluation is ended after 100,000 steps, such as entries of lists it goes through; texts it makes have 65,536
characters at most; regular expressions take a time that grows only with the text.

**Functions**, each also written \`value.round(1)\`:

${calls}
`;
