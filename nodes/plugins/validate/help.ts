import { expressionHelp } from "../../expression/help.ts";

export const help = `Lets valid points pass unchanged and turns the others away. Put it behind *Convert*, before rules and sinks: what it turns away is then never on \`iot.processed\`.

## Checks

| Check | A point passes when |
| --- | --- |
| Range | its value is a number between the two ends, both included |
| Type | it is of one of the types |
| Required | it has the fields, and they are not null: \`value\`, \`tags.line\`, \`value.latitude\` |
| Allowed values | its value is one of a list |
| Quality | its quality is the one given (0 is good), or at least that |
| Age | its time is not too long ago, and not too far ahead, by the gateway's clock |
| Order in time | its time is not before that of the last valid point of the same key of the same device |
| JSON Schema | its value, or the whole point, fits a schema (2020-12) |
| Condition | an expression is true: \`value >= 0 && has(tags.line)\` |

*Only keys like* limits a check to some keys, so that one node holds the ranges of a whole machine. A point that no check is for is valid. A check that cannot be made, such as a range for a text, is not passed.

## What becomes of invalid points

Each is told on \`iot.errors.plugins.invalid\` and on \`iot.errors.{device_id}.errors\`, with every reason and the point as it came, and is counted on the card. Wire *Invalid* on to keep them: a plugin or rule gets the point; a sink gets the report, which holds \`message\` (the reasons), \`device_id\`, \`key\` and the complete \`point\`.

**Dry run**: before you turn checks on in a running plant, set *Invalid points* to *only counted*. Everything passes, and every ten seconds \`iot.errors.plugins.dry_run\` and the Debug drawer tell how many points would not have, and by which check.

## JSON Schema

All of draft 2020-12, formats included (\`date-time\`, \`date\`, \`time\`, \`duration\`, \`email\`, \`url\`, \`uuid\`, \`json-pointer\`, \`regex\`). Patterns are those of RE2: they take time in proportion to the text, and know no back-references. A schema is whole in itself; nothing is fetched.

## Good to know

What *Order in time* remembers, 10,000 keys of devices at most, is forgotten when this node is deployed with a change or the gateway starts.

${expressionHelp}`;
