import { expressionHelp } from "../../expression/help.ts";

export const help = `Lets some points through, unchanged, and sends the others to *Rejected* with the reason.

## What to let through

- **Where an expression is true**: \`value > 40 && tags.line == "a"\`. A condition about a tag or field that a point does
  not have is not met.
- **Values in a range**: both ends included; leave one empty for an open end. Or the other way round, only what is
  outside.
- **Values that changed enough** (deadband): a point passes when its value differs from the last one that *passed* by
  more than the deadband, absolute or in percent of that value. So a slow drift is not lost. The first point, a change
  of quality, and any change of a text or switch pass too. With *At least every*, one passes after that time even if
  nothing changed, so that others can tell a quiet device from a dead one.
- **Values that are new** (duplicate): the same value with the same quality again within the time is rejected.
- **Only so many in a time** (rate limit): the first points of each time pass, the rest is rejected.
- **Values that do not jump** (rate of change): rejects a change per second, since the last point that passed, beyond
  the limit. After a real step the values pass again once enough time has gone by.
- **Certain qualities**: 0 is good; any other number says why not.
- **Names or texts like a pattern**: \`*\` stands for any characters, as in \`boiler-*\` or \`*_temp\`.
- **Values that are there**: rejects null.
- **Points that are recent**: rejects points whose time is too long ago by the gateway's clock.
- **Values near the recent ones** (outlier): rejects a value too many standard deviations away from the mean of the last
  values. Rejected ones are not added to these; but when as many in a row were rejected as it compares with, the value
  has moved, and it starts again there. Sensors that stand still for long need *Never reject within*, the size of
  their smallest step.
- **A condition that lasts**: passes from the moment on that the condition was true for so many points in a row.

## Good to know

Everything that compares with earlier points does so for each key of each device alone, and forgets when the flow is
deployed with a change of this node or the gateway starts. Deadband, duplicates and rate of change go by the time in the
points, rate limit and recency by the gateway's clock.

A point that cannot be judged, such as text for a range, leaves by *Failed*.

${expressionHelp}`;
