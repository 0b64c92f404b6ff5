/** What the help of forwarding says. */
export const help = `
Sends each point on to one or more targets, and itself goes on by *Output* when all have taken it. For sending much to a database,
or across long outages, use a sink: it waits for its target. Forwarding is for subjects of others, for services that answer, and
for copies by rule.

**Targets.** *NATS subject*: on the gateway's bus, the point in an envelope with its trace id. *HTTP*: the host is written out,
behind it and in headers and text stand expressions; redirects are not followed. *MQTT topic*: through an MQTT connection; while
that is away, points for all targets of this node wait. *File*: a line for each message, at most ten files of 100 MB; what an
expression makes is part of a file's name, never a folder. Values in subjects and addresses are encoded, so that a dot or slash in
a device id changes nothing.

**Answer.** A NATS request or HTTP answer can go on with the point, as field \`reply\`, or become a new point: the answer is its
value, or a JSON object with \`value\` and perhaps \`key\`, \`type\`, \`quality\`, \`tags\`. One target of a node can give it.

**Order and failures.** Points of one device are sent one after the other, several devices at the same time. A target that does
not take a point in time is tried three times; the others do not get it twice. A target that has failed five times in a row is left
alone for 1, 2, 4 … 30 seconds: its points fail at once, the other targets go on. What fails leaves by *Failed*, stands on
\`iot.errors.rules.*\` with its reason, and complete on \`iot.errors.rules.dead_letter\`. A target may get a point twice when its answer
was lost.

**Loops.** A node that publishes on what it listens to does not deploy. What comes round another way, as through a broker's bridge,
is stopped after eight rules by the hop count in the envelope, or in the header \`Iot-Hops\`. Subjects of the NATS server
(\`$…\`), of its clients (\`_…\`) and of the gateway itself (\`sluice.>\`, \`iot.errors.>\`, \`iot.metrics.>\`) are refused. What is
forwarded to \`iot.processed.>\` reaches rules that listen there, not those wired to a plugin.
`;
