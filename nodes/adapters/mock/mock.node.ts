import { readFile, stat } from "node:fs/promises";
import type { Clock } from "../../contract/clock.ts";
import { defineConnector, type Opened } from "../../contract/connector.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { prepareFolder } from "../../sinks/file/safe-path.ts";
import { startComposite } from "./composite.ts";
import { compositeOf, type MockConfig, mockConfig, signalOf } from "./config.ts";
import { help } from "./help.ts";
import { startPlayback } from "./playback.ts";
import { seededRandom } from "./random.ts";
import { type Recording, readRecording } from "./replay.ts";
import { createSender, type Sender } from "./sender.ts";
import { type Moment, startSignal } from "./waveform.ts";

const maxFileBytes = 67_108_864;

export default defineConnector({
  type: "adapter.mock",
  title: "Simulator",
  summary: "Makes up readings of devices that are not there",
  icon: "wave-sine",
  keywords: ["mock", "simulator", "test", "demo", "random", "sine", "generator", "inject"],
  protocol: "mock",
  help,
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
      title: "A truck on a bad line",
      config: {
        devices: [{ deviceId: "truck-7" }],
        signals: [
          { key: "position", type: "location", latitude: 46.95, longitude: 7.45, radius: 500, period: "5m" },
          { key: "vibration", type: "vector3d", waveform: "random", min: -2, max: 2 },
        ],
        faults: { dropouts: 5, late: 10, lateBy: "3s", badQuality: 1 },
      },
    },
    {
      title: "A recording, ten times as fast",
      config: {
        replay: {
          csv: "time,device_id,temperature,running\n0,press-1,21.5,true\n2.5,press-1,22,true\n4,press-1,22.4,false",
          speed: 10,
        },
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
  scope,
  async open(config, { clock, emit, status, filesRoot }) {
    const subject = describe(config);
    const { seed, faults } = config;
    const recording = await recordingOf(config, filesRoot);
    const sender = createSender({ clock, emit, status, seed, faults, subject });
    status("connected", subject);
    const source =
      recording === undefined
        ? startSignals(config, clock, sender)
        : startPlayback({
            clock,
            recording,
            ...config.replay,
            play: (rows) => void sender.send(() => rows.flatMap((row) => readingsOf(config, row))),
            onEnd: () => status("connected", `${subject}; the recording has ended`),
          });
    return {
      async close() {
        await source.close();
        await sender.close();
      },
    };
  },
});

function startSignals(config: MockConfig, clock: Clock, sender: Sender): Opened {
  const devices = config.devices.map(({ deviceId, tags }) => ({
    deviceId,
    read: startDevice(config, deviceId, clock.now()),
    metadata: { ...unitsOf(config), ...(tags === undefined ? {} : { tags }) },
  }));
  const startMs = clock.monotonic();
  let index = 0;
  const tick = () => {
    const elapsedMs = clock.monotonic() - startMs;
    void sender.send(() =>
      Array.from({ length: config.burst }, () => {
        const moment = { elapsedMs, index: index++ };
        return devices.map(({ deviceId, read, metadata }) => ({ deviceId, payload: read(moment), metadata }));
      }).flat(),
    );
  };
  const timers = [clock.after(0, tick), clock.every(config.interval, tick)];
  return {
    close: async () => {
      for (const timer of timers) timer.cancel();
    },
  };
}

/** `undefined` when signals are to be made up. */
async function recordingOf({ replay, interval }: MockConfig, filesRoot: string): Promise<Recording | undefined> {
  const { csv, file } = replay;
  if (csv === "" && file === "") return undefined;
  const recording = readRecording(csv === "" ? await readCsv(filesRoot, file) : csv, interval);
  if (typeof recording === "string") throw new ConnectionError(`${file === "" ? "" : `${file}: `}${recording}`);
  return recording;
}

async function readCsv(filesRoot: string, file: string): Promise<string> {
  const path = await prepareFolder(filesRoot, file);
  try {
    const { size } = await stat(path);
    if (size > maxFileBytes) throw new ConnectionError(`${file} has more than ${maxFileBytes / 2 ** 20} MB`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new ConnectionError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** A row of no device is each device's. */
function readingsOf({ devices }: MockConfig, { deviceId, values }: Recording["rows"][number]) {
  const known = devices.filter((device) => deviceId === undefined || device.deviceId === deviceId);
  const whose = deviceId === undefined || known.length > 0 ? known : [{ deviceId, tags: undefined }];
  return whose.map(({ deviceId: id, tags }) => ({
    deviceId: id,
    payload: values,
    metadata: tags === undefined ? {} : { tags },
  }));
}

function scope({ devices, signals, replay, interval }: MockConfig) {
  const deviceIds = devices.map(({ deviceId }) => deviceId);
  if (replay.file !== "") return {};
  const recording = replay.csv === "" ? undefined : readRecording(replay.csv, interval);
  if (typeof recording !== "object") return { devices: deviceIds, keys: signals.map(({ key }) => key) };
  const { rows } = recording;
  return {
    devices: [...new Set(rows.flatMap(({ deviceId }) => deviceId ?? deviceIds))],
    keys: [...new Set(rows.flatMap(({ values }) => Object.keys(values)))],
  };
}

/** All signals of one device at a moment. Each has random numbers of its own, so adding one leaves the others as they were. */
function startDevice({ seed, signals }: MockConfig, deviceId: string, startMs: number) {
  const started = signals.map((signal) => {
    const own = `${seed}\n${deviceId}\n${signal.key}`;
    const composite = compositeOf(signal, startMs);
    const valueAt =
      composite === undefined ? startSignal(signalOf(signal), seededRandom(own)) : startComposite(composite, own);
    return { key: signal.key, valueAt };
  });
  return (moment: Moment): Readonly<Record<string, unknown>> =>
    Object.fromEntries(started.map(({ key, valueAt }) => [key, valueAt(moment)]));
}

function unitsOf({ signals }: MockConfig): { readonly units?: Readonly<Record<string, string>> } {
  const units = signals.filter(({ unit }) => unit !== "").map(({ key, unit }) => [key, unit]);
  return units.length === 0 ? {} : { units: Object.fromEntries(units) };
}

function describe({ devices, signals, interval, burst, replay }: MockConfig): string {
  if (replay.csv !== "" || replay.file !== "")
    return `plays ${replay.file === "" ? "a recording" : replay.file}${replay.speed === 1 ? "" : `, ${replay.speed} times as fast`}`;
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const every = interval >= 1_000 ? `${interval / 1_000} s` : `${interval} ms`;
  const times = burst === 1 ? "" : `, ${burst} at once`;
  return `${plural(devices.length, "device")} × ${plural(signals.length, "signal")} every ${every}${times}`;
}
