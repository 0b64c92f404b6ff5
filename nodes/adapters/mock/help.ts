/** What the simulator does, for people who set it up. */
export const help = `
Plays one or more devices, for trying a flow before the plant is connected, for demonstrations and for load tests.

At every **interval** each device sends one reading with the values of all **signals**, such as
\`{"temperature": 81.2, "burner": "on"}\`, on \`iot.raw.mock.{device_id}\`. A *Convert* node, or a wire straight to a rule,
makes points of it. The first reading comes at once.

| Waveform | What it does |
| --- | --- |
| Sine, triangle, sawtooth | moves between lowest and highest once in each period |
| Square | the first half of the period highest, the second half lowest |
| Ramp, step | goes from lowest to highest once: evenly within the first period, or at its end; then it stays there |
| Constant | always the given number, text or true/false |
| Random | any number between lowest and highest |
| Random walk | moves on from its last value by small steps, turning back at lowest and highest |
| Counter | counts readings from lowest to highest, then from the beginning: a gap in it is a lost reading |
| One after the other | goes through a list, such as \`off\`, \`ignition\`, \`on\`, once in each period |

**Noise** is added to numbers and may carry them a little beyond lowest and highest, as in real plants.

**The same every time.** Time counts from the start of the node, and random numbers come from the **seed**: two starts
give the same series, so what you saw once you can see again.

**Composite values.** A signal may also be a location that circles around a point, a vector, a colour, a list, a matrix or a
time series; each part of it follows the waveform, shifted against the others.

**Faults**, in per cent and by chance from the seed: readings that never come, come twice or come late and so out of order,
values of bad quality, and numbers that are none (\`"NaN"\`). A counter counts dropped readings, too, so a gap shows them.

**A recording** in CSV is played with its own timing, or faster: \`time\` (RFC 3339, or seconds or milliseconds),
\`device_id\` and any other columns as values. Without times the rows are an interval apart; rows without a device are
those of each device above.

**If the bus is away, or slower than the interval**, readings are left out rather than piled up, and the node says so.
`;
