import { expressionHelp } from "../../expression/help.ts";

export const help = `Makes a new point from each point, in steps that are done one after the other. Each step sees what the
steps before it made. The time, the quality and all fields that no step names stay as they are.

## Steps

- **Multiply**, **Add**: \`value * factor\`, \`value + offset\`.
- **Scale a range**: what lay between two values lies between two others afterwards, such as 4 … 20 mA between
  0 … 100 %. With *Keep inside*, what lies beyond is cut off.
- **Convert the unit**: °C to °F, bar to psi, m³/h to l/min … Units of different kinds are refused before anything runs.
- **Calculate**: an expression, such as \`value * 1.8 + 32\`.
- **Round**: halves go away from zero, so 2.5 becomes 3 and −2.5 becomes −3.
- **Limit**: nothing below and nothing above.
- **Look up**: a table from values to values, such as 0 → "stopped", 1 → "running".
- **Rename**: a new key or device id. Expressions stand in \`\${…}\`, as in \`\${key}_fahrenheit\`.
- **Set a tag**, **Remove a tag**: texts that go with the point, such as the line or the unit.
- **Set the type**: whole number, number, true or false, or text. Without it the type follows the value, but a *float*
  stays a *float* when its value happens to be whole. Databases want one type for each series: for a device that sends
  20 and 20.5 by turns, choose *Number*.

## When a step fails

A step fails on a value it cannot work with: text or null where a number is needed, a value that is not in the table,
a missing tag, a division by zero. Then the point leaves by *Failed*, or goes on as it came, or goes on with another
value under its new name.

${expressionHelp}`;
