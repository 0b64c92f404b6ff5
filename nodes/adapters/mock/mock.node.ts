import { defineConnector } from "../../contract/connector.ts";
import { type MockConfig, mockConfig, signalOf } from "./config.ts";
import { seededRandom } from "./random.ts";
import { type Moment, type SignalValue, startSignal } from "./waveform.ts";

/** So many intervals may wait for the bus before one is left out. */
const maxUnderWay = 10;

export default defineConnector({
  type: "adapter.mock",
  title: "Simulator",
  summary: "Makes up readings of devices that are not there",
  icon: "wave-sine",
  keywords: ["mock", "simulator", "test", "demo", "random", "sine", "generator", "inject"],
  protocol: "mock",
  help: `
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

**If the bus is away, or slower than the interval**, readings are left out rather than piled up, and the node says so.
`,
  config: mockConfig,
  examples: [
    {
      title: "Two boilers",
      config: {
        interval: "1s",
        devices: [{ deviceId: "boiler-1" }, { deviceId: "boiler-2", tags: { hall: "north" } }],
        signals: [
          { key: "temperature", waveform: "sine", min: 60, max: 95, period: "2m", noise: 0.3, unit: "°C" },
          { key: "pressure", waveform: "walk", min: 1.2, max: 2.4, unit: "bar" },
          { key: "burner", waveform: "enum", values: ["off", "ignition", "on"], period: "90s" },
        ],
      },
    },
    {
      title: "A load of 100,000 numbered readings a second",
      config: {
        interval: "10ms",
        burst: 1000,
        signals: [{ key: "sequence", waveform: "counter", max: 1_000_000_000 }],
      },
    },
  ],
  line: describe,
  scope: ({ devices, signals }) => ({
    devices: devices.map(({ deviceId }) => deviceId),
    keys: signals.map(({ key }) => key),
  }),
  async open(config, { clock, emit, status }) {
    const devices = config.devices.map(({ deviceId, tags }) => ({
      deviceId,
      read: startDevice(config, deviceId),
      metadata: { ...unitsOf(config), ...(tags === undefined ? {} : { tags }) },
    }));
    const startMs = clock.monotonic();
    let index = 0;
    let underWay = 0;
    let leftOut = 0;
    let told = 0;

    const readAll = async () => {
      const sent: Promise<void>[] = [];
      const elapsedMs = clock.monotonic() - startMs;
      for (let count = 0; count < config.burst; count++, index++)
        for (const { deviceId, read, metadata } of devices)
          sent.push(emit({ device_id: deviceId, payload: read({ elapsedMs, index }), encoding: "json", metadata }));
      const outcomes = await Promise.allSettled(sent);
      return outcomes.find((outcome) => outcome.status === "rejected")?.reason as unknown;
    };
    const leaveOut = (reason: string) => {
      leftOut += 1;
      status("degraded", `${reason}: ${leftOut} interval${leftOut === 1 ? "" : "s"} left out so far`);
    };
    const tick = async () => {
      if (underWay >= maxUnderWay) return leaveOut("the bus is slower than the interval");
      underWay += 1;
      const failure = await readAll();
      underWay -= 1;
      if (failure instanceof Error) leaveOut(failure.message);
      else if (underWay === 0 && leftOut > told) {
        told = leftOut;
        status("connected", `${describe(config)}; ${leftOut} left out so far`);
      }
    };

    status("connected", describe(config));
    const timers = [clock.after(0, () => void tick()), clock.every(config.interval, () => void tick())];
    return {
      close: async () => {
        for (const timer of timers) timer.cancel();
      },
    };
  },
});

/** All signals of one device at a moment. Each has random numbers of its own, so adding one leaves the others as they were. */
function startDevice({ seed, signals }: MockConfig, deviceId: string) {
  const started = signals.map((signal) => {
    const valueAt = startSignal(signalOf(signal), seededRandom(`${seed}\n${deviceId}\n${signal.key}`));
    return { key: signal.key, valueAt };
  });
  return (moment: Moment): Record<string, SignalValue> =>
    Object.fromEntries(started.map(({ key, valueAt }) => [key, valueAt(moment)]));
}

function unitsOf({ signals }: MockConfig): { readonly units?: Readonly<Record<string, string>> } {
  const units = signals.filter(({ unit }) => unit !== "").map(({ key, unit }) => [key, unit]);
  return units.length === 0 ? {} : { units: Object.fromEntries(units) };
}

function describe({ devices, signals, interval, burst }: MockConfig): string {
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const every = interval >= 1_000 ? `${interval / 1_000} s` : `${interval} ms`;
  const times = burst === 1 ? "" : `, ${burst} at once`;
  return `${plural(devices.length, "device")} × ${plural(signals.length, "signal")} every ${every}${times}`;
}
