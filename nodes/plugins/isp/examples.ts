/** Examples of sidecars. */
import type { Example } from "../../contract/node.ts";

export const examples: readonly Example[] = [
  {
    title: "A Python program that reads a machine by itself",
    config: {
      command: "python3",
      args: ["sidecar.py"],
      folder: "sidecars/press",
      settings: { device: "press-4", interval_ms: 1_000 },
    },
  },
  {
    title: "A Modbus sidecar that runs already",
    config: {
      start: "running",
      host: "127.0.0.1",
      port: 50_052,
      deviceId: "boiler-1",
      settings: {
        mode: "tcp",
        address: "10.0.0.5:502",
        interval_ms: 1_000,
        registers: [{ key: "temperature", address: 100, type: "int16", function: 3, scale: 0.1, device_id: 1 }],
      },
    },
  },
  {
    title: "A model in JavaScript that computes new points, four devices at a time",
    config: { command: "node", args: ["model.mjs"], folder: "sidecars/model", maxInFlight: 4, timeout: "2s" },
  },
];
