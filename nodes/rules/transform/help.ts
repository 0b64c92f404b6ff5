import { expressionHelp } from "../../expression/help.ts";
import { historyHelp } from "../history.ts";

export const help = `Makes a new point from each point, in steps that are done one after the other. Each step sees what the
steps before it made. The time, the quality and all fields that no step names stay as they are.

## Steps

- **Read from text**: a number, also with a decimal comma; JSON; or what a regular expression (RE2) finds, such as
  \`T=([0-9.]+)\`.
- **Look up**: a table from values to values, such as 0 → "stopped", 1 → "running"; from ranges to values, where each row
  reaches up to the next; or along the lines between the rows, as for the curve of a sensor. What is not in the table is
  an error, becomes another value, stays as it is, becomes what is at the nearer end, or leaves by *Rejected*.
- **Multiply**, **Add**: \`value * factor\`, \`value + offset\`.
- **Scale a range**: what lay between two values lies between two others afterwards, such as 4 … 20 mA between
  0 … 100 %. With *Keep inside*, what lies beyond is cut off.
- **Convert the unit**: °C to °F, bar to psi, m³/h to l/min … Units of different kinds are refused before anything runs.
- **Calculate**: an expression, such as \`value * 1.8 + 32\`.
- **Take from a composite value**: the magnitude of a vector, the latitude of a place, the mean of a list … A composite
  value has no number that would go without saying, so it is named.
- **Round**: halves go away from zero, so 2.5 becomes 3 and −2.5 becomes −3, unless another mode is chosen.
- **Limit**: nothing below and nothing above.
- **Rename**: a new key or device id. Expressions stand in \`\${…}\`, as in \`\${key}_fahrenheit\`.
- **Set a tag**, **Remove a tag**: texts that go with the point, such as the line or the unit.
- **Set, move, remove a field**: of an object in the value (\`value.motor.speed\`), of the point (\`batch\`), a tag
  (\`tags.line\`), the quality or the time. Objects on the way are made; *Merge* adds to one that is there.
- **Set the type**: whole number, number, true or false, or text. Without it the type follows the value, but a *float*
  stays a *float* when its value happens to be whole. Databases want one type for each series: for a device that sends
  20 and 20.5 by turns, choose *Number*.

## When a step fails

A step fails on a value it cannot work with: text or null where a number is needed, a value that is not in the table,
a missing tag, a division by zero. Then the point leaves by *Failed*, or goes on as it came, or goes on with another
value under its new name.

${expressionHelp}

${historyHelp} They are those of the points as they came in.
`;
