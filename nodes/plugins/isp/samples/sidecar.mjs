#!/usr/bin/env node
/**
 * A sidecar for Sluice in JavaScript, without dependencies. Change read() and process(), keep the rest.
 *
 * The gateway starts it with ISP_PORT set and connects to it. To try it alone:
 *   ISP_PORT=50052 node sidecar.mjs     and in another terminal     sluice isp-check 127.0.0.1:50052
 */
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const name = "sample-javascript";
const maxLineBytes = 1_048_576;
const port = Number(process.env.ISP_PORT ?? 50_052);

/** What a device says now. Called every `interval_ms` of the settings; throw an error when it cannot be reached. */
function read({ device = "machine-1" }) {
  const load = Math.round((50 + 40 * Math.sin(Date.now() / 10_000)) * 100) / 100;
  return [
    { key: "load", source: device, value: load, type: "float", quality: 1 },
    { key: "cycles", source: device, value: Math.floor(Date.now() / 1_000), type: "int", quality: 1 },
  ];
}

/** What becomes of a point the gateway sends: any number of points. Throw an error when it cannot be handled. */
function process_(point, { factor = 2 }) {
  if (typeof point.value !== "number") throw new Error(`${point.key} is no number`);
  return [{ ...point, value: point.value * factor, type: "float" }];
}

let settings;
let timer;
const clients = new Set();
const startedMs = Date.now();
const stats = { data_points_collected: 0, errors_count: 0, last_error: "", last_data_time: 0 };

/** The data of the RESPONSE to a request. An error becomes the reason why not. */
function answer(type, payload) {
  switch (type) {
    case "CONFIG": {
      const { isp, ...rest } = payload;
      settings = rest;
      clearInterval(timer);
      timer = setInterval(poll, Math.max(10, settings.interval_ms ?? 1_000));
      // A gateway that speaks the first version does not send `isp`.
      if (isp === undefined) return "configured";
      return { isp: { version: 2, name, capabilities: ["process"], credits: 8, max_line_bytes: maxLineBytes } };
    }
    case "STATUS":
      return { name, running: settings !== undefined, connected: true, health: "healthy" };
    case "METRICS": {
      const connection_uptime = Math.floor((Date.now() - startedMs) / 1_000);
      return { ...stats, connection_uptime, average_response_time: 0, start_time: startedMs * 1e6 };
    }
    default:
      return { points: payload.points.flatMap((point) => process_(point, settings ?? {})) };
  }
}

function poll() {
  try {
    const timestamp = nanoseconds();
    const points = read(settings).map((point) => ({ ...point, timestamp }));
    stats.data_points_collected += points.length;
    stats.last_data_time = Number(timestamp);
    if (points.length > 0) for (const client of clients) send(client, { type: "DATA", payload: { points } });
  } catch (error) {
    stats.errors_count++;
    stats.last_error = error.message;
  }
}

/** As text: they are larger than a JavaScript number holds exactly. */
function nanoseconds() {
  return `${BigInt(Date.now()) * 1_000_000n}`;
}

function send(client, frame) {
  const line = JSON.stringify({ ...frame, timestamp: nanoseconds() });
  // Whole numbers on the wire, as the protocol has them.
  client.write(`${line.replace(/([{,]"timestamp":)"(\d+)"/g, "$1$2")}\n`);
}

function receive(client, line) {
  let frame;
  try {
    frame = JSON.parse(line);
  } catch {
    process.stderr.write("a line that is no frame\n");
    return;
  }
  const { type, id, payload } = frame ?? {};
  if (!["CONFIG", "STATUS", "METRICS", "DATA"].includes(type) || id === undefined) return;
  let outcome;
  try {
    outcome = { success: true, data: answer(type, payload ?? {}) };
  } catch (error) {
    outcome = { success: false, error: error.message };
  }
  send(client, { type: "RESPONSE", id, payload: outcome });
}

createServer((client) => {
  clients.add(client);
  // The gateway says something at least every 30 s.
  client.setTimeout(60_000, () => client.destroy());
  client.on("error", () => client.destroy());
  client.on("close", () => clients.delete(client));
  createInterface({ input: client }).on("line", (line) => receive(client, line));
}).listen(port, "127.0.0.1");

setInterval(() => {
  if (settings !== undefined) for (const client of clients) send(client, { type: "HEARTBEAT" });
}, 15_000);

// The gateway holds our standard input open as long as it lives.
if (process.env.ISP_SUPERVISED === "1") process.stdin.on("end", () => process.exit(0)).resume();
