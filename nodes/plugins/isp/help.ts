/** What the help of a sidecar says. */
export const help = `
A sidecar is a program of your own, in any language, beside the gateway. It speaks ISP, a small protocol: one JSON object per
line over TCP, the sidecar listens, the gateway connects. It can do two things, also both:

- **Read devices by itself** and send what they say. Each message stands on \`iot.raw.isp.{device_id}\` as it came, and its points
  on \`iot.processed.{device_id}.{key}\` under the same trace id. Such a node needs no wire to its input.
- **Handle points**: wire adapters or plugins to it. Each point goes to the sidecar, what it answers goes on. For this a sidecar
  has to announce the capability \`process\`.

**Start.** Copy a program into the gateway's folder of files, for example the Python or JavaScript sample from
\`nodes/plugins/isp/samples\`, and name program, arguments and folder. The gateway starts it without a shell, hands it a free port in
the environment variable \`ISP_PORT\`, writes what it prints to its log, and starts it again after 1, 2, 4 … 30 seconds when it ends.
With the node it is ended, together with what it has started. A sidecar that runs already, here or elsewhere, is given by host and
port; there is no encryption, so keep it on this machine or a closed network. Whoever may deploy flows may run programs with the
rights of the gateway.

**Settings** are sent as they are, with every connection. For a Modbus sidecar (\`registers\`) what is missing and would do harm is
filled in: \`interval_ms\` 1000, \`timeout_ms\` 3000, \`quantity\` by the type, \`scale\` 1.

**What becomes of its points.** The device is \`device_id\` if the sidecar names one, else its \`source\`, unless *Device id* is set.
ISP says quality 1 for good: that becomes 0, and 0 becomes 1 (bad). \`int16\`, \`uint32\` and the like become int, \`float32\` and the like
float; an unknown type gives way to the value's own. Timestamps are nanoseconds, as number or text.

**When something is wrong.** A line that is no JSON, or longer than 1 MB, is left out and counted. A point sent to the sidecar
without an answer in time fails and the next goes on; after three in a row, or 35 s of silence and no answer to STATUS, the
connection is closed and opened again. While the sidecar is away, up to 10,000 points wait; then the oldest are dropped and counted.
A point over which it breaks three times is given up and told on \`iot.errors.plugins.dead_letter\`.

**Test a sidecar** with \`sluice isp-check 127.0.0.1:50052\`: it says point by point what conforms.

A plugin that listens to all of \`iot.raw.>\` would convert the sidecar's readings a second time: give it a narrower subject.
`;
