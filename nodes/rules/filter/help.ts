import { expressionHelp } from "../../expression/help.ts";
import { historyHelp } from "../history.ts";

export const help = `Lets some points through, unchanged, and sends the others to *Rejected* with the reason.

## What to let through

- **Where an expression is true**: \`value > 40 && tags.line == "a"\`. A condition about a tag or field that a point does
  not have is not met, unless you choose otherwise: such points can pass, or leave by *Failed*.
- **Values in a range**: both ends included unless you say otherwise; leave one empty for an open end. Or the other way
  round, only what is outside.
- **Values that changed enough** (deadband): a point passes when its value differs from the last one that *passed* by
  more than the deadband: absolute, in percent of that value, or in percent of the span of the instrument. So a slow
  drift is not lost. The first point, a change of quality, and any change of a text or switch pass too. With *At least
  every*, one passes after that time even if nothing changed, so that others can tell a quiet device from a dead one.
- **Corners of lines** (swinging door): what can be left out since it lies within the deviation of the line between the
  points that pass. It needs to see the next point before it can tell, so the last one is kept: for the time of *Do not
  keep longer than* when the device is silent. The first point and each change of quality pass at once.
- **Values that are new** (duplicate): the same value with the same quality again within the time is rejected. Or the
  same value with the same time, as when a device sends again what it has sent before. Or what an expression names, such
  as the number of a message.
- **Only so many in a time** (rate limit): the first points of each time pass, the rest is rejected. *Spread evenly* is a
  token bucket: so many at once after a pause, then one at a time.
- **The latest of each time**: the last point of each time passes at its end, those before it are rejected.
- **Values that do not jump** (rate of change): rejects a change per second, since the last point that passed, beyond
  the limit. After a real step the values pass again once enough time has gone by. Of two different values at one time
  the second is rejected.
- **Certain qualities**: 0 is good; any other number says why not.
- **Names or texts like a pattern**: \`*\` stands for any characters, as in \`boiler-*\` or \`*_temp\`; or a regular
  expression (RE2), which takes a time that grows only with the length of the text.
- **Values that are there**: rejects null.
- **Points that are recent**: rejects points whose time is too long ago by the gateway's clock.
- **Points of certain hours and days**, by the clock on the wall of a time zone. The beginning is inside, the end is not.
  Where clocks are put forward, hours that do not exist let nothing pass; where they are put back, the hour that comes
  twice counts twice. A window over midnight belongs to the day on which it begins.
- **Values near the recent ones** (outlier): rejects a value too many standard deviations away from the mean of the last
  values. Rejected ones are not added to these; but when as many in a row were rejected as it compares with, the value
  has moved, and it starts again there. Sensors that stand still for long need *Never reject within*, the size of
  their smallest step.
- **A condition that lasts**: passes from the moment on that the condition was true for so many points in a row.

## Good to know

Everything that compares with earlier points does so for each key of each device alone, and goes on after a restart of
the gateway and after a change of this node; a change of *what* to let through begins anew, and points that are kept then
are gone. There are never more series than *Remember series* says: for a new one, one is forgotten that was not seen for
long, and the node tells so.

Deadband, swinging door, duplicate values, rate of change and hours go by the time in the points; rate limit, the latest
of each time, recency and other duplicates by the gateway's clock. A point that is older than the last one, by up to an
hour, passes a deadband or swinging door as *late*, or is rejected, as you choose. When it is older than that, the
device's clock was set back or it sends what it saved up, and the comparison begins anew from it.

What is rejected is published on \`iot.rules.{rule_id}.rejected\`. With hundreds of filters on one subject that is most of
their work: the settings of the flow can keep it to ports with a wire. The card counts it in any case.

A point that cannot be judged, such as text for a range, leaves by *Failed*.

${expressionHelp}
${historyHelp}
`;
