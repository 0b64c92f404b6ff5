import { defineConnection, type PeerContext } from "../../contract/connection.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { Bus } from "./bus.ts";
import type { ModbusClient } from "./client.ts";
import { isSerial, type ModbusConfig, modbusConfig } from "./config.ts";
import { ascii, rtu } from "./line-codec.ts";
import { LineLink } from "./line-link.ts";
import type { Link } from "./link.ts";
import { type OpenStream, openSerial, openTcp } from "./streams.ts";
import { TcpLink } from "./tcp-link.ts";

/** Modbus ends a frame with the silence of 3.5 characters; above 19,200 baud of 1.75 ms. */
const gapCharacters = 3.5;
const leastGapMs = 1.75;
/** Behind a gateway the baud rate is not known: the gap of 9,600 baud. */
const gatewayGapMs = 4;

export default defineConnection({
  type: "modbus",
  title: "Modbus bus",
  summary: "A Modbus TCP device or a serial line with its devices, shared by all nodes that read from or write to it",
  icon: "plug-connected",
  help: `
One way to Modbus devices: a TCP device, a gateway with a serial line behind it, or a serial port of this machine. All nodes
that name this connection share it; their requests take turns, and writes go before reads.

| Transport | For |
| --- | --- |
| Modbus TCP | devices with a network port, and gateways that translate (mostly port 502) |
| Modbus RTU, serial | an RS-485 or RS-232 adapter on this machine, such as \`/dev/ttyUSB0\` |
| Modbus RTU over TCP | serial device servers that pass bytes on as they are |
| Modbus ASCII, serial | old devices |

**A late reply never becomes the value of another register.** Over Modbus TCP each reply is matched by its transaction, and
unit, function and length are checked as well. RTU frames carry no such number: after a reply that did not come in time, or
anything else unexpected, the line is left alone until it was silent for one *Request timeout*; then it goes on. If that
happens often the node says so: raise the *Request timeout*.

**A unit that does not answer** costs the others time. After two failed cycles it rests for a minute, then one
request tries it again. Its values are bad in the meantime.

**If the connection breaks**, or three requests in a row meet complete silence, the gateway connects again by itself,
waiting a little longer each time up to a limit.

**Fewer, larger requests.** Neighbouring registers are read together, up to *Registers per request*. With *Read along*
registers that no tag needs may be read with them; if the device has none there, the node finds out and reads around them.
`,
  config: modbusConfig,
  examples: [
    { title: "A device on the network", config: { host: "10.0.0.5" } },
    {
      title: "An RS-485 line with 19,200 baud, even parity",
      config: { transport: "rtu", device: "/dev/ttyUSB0", baudRate: 19_200, parity: "even" },
    },
    {
      title: "A serial device server",
      config: { transport: "rtu-over-tcp", host: "10.0.0.6", port: 4_001, requestTimeout: "2s" },
    },
  ],
  line: ({ transport, host, port, device, baudRate }) =>
    isSerial(transport) ? `${device}, ${baudRate} baud` : `${transport}://${host}:${port}`,
  async open(config, context: PeerContext): Promise<{ client: ModbusClient; close(): Promise<void> }> {
    const open = await openStream(config, context);
    const { clock, signal, lost, status } = context;
    let bus: Bus | undefined;
    let hasEnded = false;
    const end = (reason: string) => {
      hasEnded = true;
      bus?.close();
      lost(new ConnectionError(reason));
    };
    open.onEnd(end);
    if (config.pauseAfterConnect > 0) await pause(config.pauseAfterConnect, context);
    if (hasEnded || signal.aborted) {
      await open.close();
      throw new ConnectionError(`the connection to ${open.address} ended at once`);
    }
    bus = new Bus({
      link: linkOver(open, config, context, (reason) => end(`${open.address} sent ${reason}`)),
      clock,
      limits: config,
      retries: config.retries,
      retryIntervalMs: config.retryInterval,
      interRequestDelayMs: config.interRequestDelay,
      demote: { afterFailedCycles: config.demoteAfterFailedCycles, periodMs: config.demotePeriod },
      onSilence: (count) => {
        // A serial port cannot be half open; opening it again would change nothing.
        if (!isSerial(config.transport))
          end(`${open.address} is connected but silent: no reply to the last ${count} requests`);
      },
    });
    status("connected", open.address);
    const opened = bus;
    return {
      client: opened,
      close: async () => {
        opened.close();
        await open.close();
      },
    };
  },
});

function openStream(config: ModbusConfig, context: PeerContext): Promise<OpenStream> {
  const { transport, host, port, device, baudRate, dataBits, parity, stopBits, connectTimeout } = config;
  context.status("connecting", `connecting to ${isSerial(transport) ? device : `${host}:${port}`}`);
  return isSerial(transport)
    ? openSerial({ device, baudRate, dataBits, parity, stopBits })
    : openTcp(host, port, connectTimeout, context);
}

function linkOver(
  { stream }: OpenStream,
  config: ModbusConfig,
  { clock }: PeerContext,
  onBroken: (reason: string) => void,
): Link {
  const { transport, requestTimeout: requestTimeoutMs, maxInFlight, baudRate, dataBits, parity, stopBits } = config;
  if (transport === "tcp") return new TcpLink({ stream, clock, requestTimeoutMs, maxInFlight, onBroken });
  const codec = transport === "ascii" ? ascii : rtu;
  if (transport === "rtu-over-tcp")
    return new LineLink({ stream, clock, codec, requestTimeoutMs, frameGapMs: gatewayGapMs, byteMs: 0 });
  const byteMs = ((1 + dataBits + (parity === "none" ? 0 : 1) + stopBits) * 1_000) / baudRate;
  const frameGapMs = Math.max(leastGapMs, gapCharacters * byteMs);
  return new LineLink({ stream, clock, codec, requestTimeoutMs, frameGapMs, byteMs });
}

function pause(ms: number, { clock, signal }: PeerContext): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve);
    signal.addEventListener(
      "abort",
      () => {
        timer.cancel();
        resolve();
      },
      { once: true },
    );
  });
}
