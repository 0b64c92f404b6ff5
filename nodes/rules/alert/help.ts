/** What people read about the alert. */
export const help = `Watches every series (each key of each device) on its own and says when the **condition** becomes true, and when it is over.

- **Once, not at every point.** An alert is raised when the condition becomes true and cleared when it no longer is. In between nothing is sent, however many points come, unless **Repeat** is set.
- **Raised** alerts leave by the upper port and are published on \`iot.alerts.{level}.{device_id}\`, and with a category on \`iot.alerts.{category}.{device_id}\`. **Cleared** ones leave by the port *Cleared*, on the same subjects, with \`"state": "cleared"\` and the same \`id\`.
- The point that goes with it is the one that raised or cleared it.

### Against flickering
A value that dances around a limit raises alert after alert. Three things calm it, each by itself or together:

| | Raises | Clears |
| --- | --- | --- |
| **On delay** \`10s\` | when the condition has been true for ten seconds without a break | |
| **Off delay** \`10s\` | | when it has not been true for ten seconds without a break |
| **Clear condition** \`value < 38\` | | only below 38, also when the condition says \`value > 40\`: the two degrees are the hysteresis |

Delays run on the gateway's clock, whatever the timestamps of the points say. An alert whose delay ends carries the latest point.

### Condition and message
Conditions are expressions on the point: \`value > 40 && quality == 0\`, \`key == "temperature" && value > 40\`, \`tags.line == "2" && value < 1.5\`. A message is text with expressions in it: \`\${device_id}: \${round(value, 1)} °C at level \${level}\`. It can also name \`rule_name\` and \`rule_id\`. What a point does not have reads \`?\`.

A point for which the condition cannot be worked out, such as arithmetic on text, leaves by *Failed* and changes nothing.

### Good to know
A condition on several keys needs only one alert node; list them under **Keys** so that the others are left alone. When the node starts or its settings change it begins anew: what is still true is raised again, as a new occurrence.
`;
