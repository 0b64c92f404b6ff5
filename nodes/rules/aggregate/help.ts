import { expressionHelp } from "../../expression/help.ts";
import { windowFunctions } from "./functions.ts";

const functionLines = Object.entries(windowFunctions)
  .map(([name, { title }]) => `| \`${name}\` | ${title} |`)
  .join("\n");

export const help = `Sums up the points of a window: averages, extremes, percentiles and more, several at once.

## Windows

- **One after the other, by time** (tumbling): every minute, from the full minute on. Each point is in one window.
- **Overlapping, by time** (hopping): the last hour, every ten minutes.
- **The last so much time, with every point** (sliding), and **Since the beginning** (cumulative): a result for every point.
- **So many points**: one window of ten after the other; or, with *A new result every*, the last ten each time.
- **Hour, day, week, month or year** of a time zone, with its summer time. *Shifted by* 6h makes days begin at six.
- **Until nothing comes for a while** (session): a batch, a trip.
- **While a condition holds** (state): from the point that meets the first condition to the one that meets the second, both
  included; without a second, as long as the first is met.

## What comes out

One message for each window and group. The point has the value of the first function, the time of the window's end, and
\`functions\`, \`count\`, \`start\` and \`end\`. The aggregate goes out on \`iot.aggregated.{device_id}.{key}\`; for groups over
several devices on \`iot.aggregated.{window}.{function}\`, once for each function. Months and years are called \`30d\` and
\`365d\` there, sessions by their gap, state windows \`cumulative\`.

| function | |
| --- | --- |
${functionLines}

Standard deviation and variance are those of a sample (n − 1), percentiles are interpolated at p/100 · (n − 1). A function
that its points do not tell, such as the deviation of one value, is null. Averages and integrals over time let each value hold until
the next one, from the start of the window with the value from before.

## Time

By default the time in the points counts, so that results do not depend on when points arrive. A window ends when its
device has come to its end and *Wait for late points* is over; over several devices, when the slowest has. A device silent
for a while is not waited for. Points for a window that has ended leave by *Late*, as do those of a device whose clock is
far ahead of the gateway's: it must not end everybody's windows. Functions that go by the order of points (over time, in a
state, volatility) need points in order: without waiting, an older one is late.

## Good to know

Windows go on after a restart of the gateway with what they had, and after a deploy unless the window, the groups or the
value are changed. Null, NaN and what is no number leave by *Failed* and count as missing. With more groups than
allowed, the windows of one not seen for long end early; it says so in the result's \`reason\`.

${expressionHelp}`;
