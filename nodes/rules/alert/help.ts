/** What people read about the alert. */
export const help = `Watches every series (each key of each device) on its own and says when something is wrong, and when it is over: an alarm in the terms of ISA-18.2 (IEC 62682).

| Raised by | when |
| --- | --- |
| A condition | an expression on the point is true |
| Limits | the value is above **HiHi** or **Hi**, or below **Lo** or **LoLo**. Each limit is an alarm of its own; HiHi and LoLo have their own level |
| Distance from a setpoint | the value is further from it than allowed, up or down. The setpoint is a number or an expression on the point |
| Rate of change | two points in a row differ by more than allowed in the time, by their timestamps |
| Certain states | the value is one of the states, or none of them |
| Silence | a series that was seen once sends nothing for the time. The time while the gateway is off does not count |
| Bad quality | the quality is not 0 |

- **Once, not at every point.** An alert is raised when it begins and cleared when it is over. In between nothing is sent, however many points come, unless **Repeat** is set.
- **Raised** alerts leave by the upper port and are published on \`iot.alerts.{level}.{device_id}\`, and with a category on \`iot.alerts.{category}.{device_id}\`. **Cleared** ones leave by the port *Cleared*, on the same subjects, with \`"state": "cleared"\` and the same \`id\`: all messages about one occurrence have it.
- What people do with an alarm, such as acknowledging it, leaves by *Operated* and on the same subjects. \`event\` says what has happened, \`alarm_state\` where the alarm stands after it.
- The point that goes with it is the one that raised or cleared it.

### Against flickering
A value that dances around a limit raises alert after alert. These calm it, each by itself or together:

| | Raises | Clears |
| --- | --- | --- |
| **On delay** \`10s\` | when it has lasted for ten seconds without a break | |
| **Off delay** \`10s\` | | when it has been over for ten seconds without a break |
| **Deadband** \`2\` | | two behind the limit: Hi 80 clears at 78. It has no effect on raising |
| **Clear condition** \`value < 38\` | | only below 38, also when the condition says \`value > 40\` |
| **Throttle** \`5m\` | not again for five minutes after it was told, unless it lasts till then; \`missed\` counts what was not told | |

Values to start with: 15 s for flow and pressure, 60 s for level and temperature; a deadband of 5 % of the range for flow and level, 2 % for pressure, 1 % for temperature.

Delays run on the gateway's clock, whatever the timestamps of the points say. An alert whose delay ends carries the latest point. A point of bad quality leaves all as it is, except with conditions; choose otherwise under **Points of bad quality**.

### States
| \`alarm_state\` | |
| --- | --- |
| \`active-unacknowledged\` | it is so, and nobody has said that they know |
| \`active-acknowledged\` | it is so, and somebody knows |
| \`returned-unacknowledged\` | it is over, and nobody has seen it |
| \`normal\` | it is over, and was seen, or need not be (**To be acknowledged** off) |
| \`shelved\` | put aside by somebody until a time; nothing is raised meanwhile, and what is still active then is |
| \`suppressed\` | silent by design, while **Suppressed while** is true |
| \`out-of-service\` | silent by the settings of the node |

With **Latch** an alarm stays active until it is acknowledged. **Repeat** tells an active alarm again, and it is to be acknowledged again.

### Condition and message
Conditions are expressions on the point: \`value > 40 && quality == 0\`, \`key == "temperature" && value > 40\`, \`tags.line == "2" && value < 1.5\`. A message is text with expressions in it: \`\${device_id}: \${round(value, 1)} °C at level \${level}\`. It can also name \`priority\`, \`limit\` and \`threshold\`, \`rule_name\` and \`rule_id\`. What a point does not have reads \`?\`.

A point for which the condition cannot be worked out, such as arithmetic on text, leaves by *Failed* and changes nothing.

### Telling people
Wire to *Raised*, and to *Cleared* where the end is to be told as well, what tells them: **E-mail**, **MQTT publish** with a topic such as \`alarms/\${device_id}\`, **Forward** to HTTP for a webhook. Each of them waits while its server is away. How often is decided here: by the delays, **Throttle** and **Repeat**.

### Good to know
A condition on several keys needs only one alert node; list them under **Keys** so that the others are left alone.

A restart of the gateway, or a deploy with other settings, goes on with what is active, delayed or shelved: it is the same occurrence, and delays end when they would have. What no setting watches any more is cleared. Only another choice under **Raised by** begins anew.
`;
