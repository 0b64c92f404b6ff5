/** Configuration nodes of Node-RED as connections. What is secret is not in an export and has to be entered again. */
import { numberOf, type RedNode, textOf } from "./node-red-file.ts";

export interface MadeConnection {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

const secretsNote = "Passwords are not in the file: enter user name and password in the connection, if it needs them.";
const tlsNote = "Certificates are not carried over: set them in the connection.";

export function connectionOf(node: RedNode): MadeConnection | undefined {
  switch (node.type) {
    case "mqtt-broker":
      return mqtt(node);
    case "modbus-client":
      return modbus(node);
    case "redis-config":
      return redis(node);
    default:
      return undefined;
  }
}

function mqtt(node: RedNode): MadeConnection | undefined {
  const broker = textOf(node, "broker").trim();
  const isSecure = node.all["usetls"] === true;
  const isUrl = broker.includes("://");
  const port = portOf(node, "port", isSecure ? 8883 : 1883);
  const url = isUrl ? broker : `${isSecure ? "mqtts" : "mqtt"}://${hostText(broker)}:${port}`;
  if (port === undefined || !isAddress(url, /^(mqtts?|wss?):$/)) return undefined;
  const clientId = textOf(node, "clientid").slice(0, 1_000);
  const isClean = node.all["cleansession"] !== false || clientId === "";
  const keepalive = numberOf(node, "keepalive");
  return {
    type: "mqtt",
    config: {
      url,
      clientId,
      protocolVersion: textOf(node, "protocolVersion") === "5" ? "5" : "3.1.1",
      ...(keepalive !== undefined && keepalive >= 1 && keepalive <= 64_800 ? { keepalive: `${keepalive}s` } : {}),
      cleanStart: isClean,
    },
    notes: [
      secretsNote,
      ...(isSecure ? [tlsNote] : []),
      ...(textOf(node, "birthTopic") + textOf(node, "willTopic") === ""
        ? []
        : ["Birth, close and will messages are not carried over: the connection has a last will of its own."]),
    ],
  };
}

const parities: Readonly<Record<string, string>> = { none: "none", even: "even", odd: "odd" };

function modbus(node: RedNode): MadeConnection | undefined {
  const timeoutMs = numberOf(node, "clientTimeout");
  const timeout =
    timeoutMs !== undefined && timeoutMs >= 10 && timeoutMs <= 60_000 ? { requestTimeout: `${timeoutMs}ms` } : {};
  if (textOf(node, "clienttype") === "tcp") {
    const host = textOf(node, "tcpHost").trim();
    const kind = textOf(node, "tcpType");
    const port = portOf(node, "tcpPort", 502);
    const transport = { "": "tcp", DEFAULT: "tcp", "TCP-RTU-BUFFERED": "rtu-over-tcp" }[kind];
    if (transport === undefined || port === undefined || !isHost(host)) return undefined;
    return { type: "modbus", config: { transport, host, port, ...timeout }, notes: [] };
  }
  const device = textOf(node, "serialPort").trim();
  if (device === "") return undefined;
  return {
    type: "modbus",
    config: {
      transport: textOf(node, "serialType") === "ASCII" ? "ascii" : "rtu",
      device,
      baudRate: numberOf(node, "serialBaudrate") ?? 9_600,
      dataBits: numberOf(node, "serialDatabits") ?? 8,
      parity: parities[textOf(node, "serialParity")] ?? "none",
      stopBits: numberOf(node, "serialStopbits") ?? 1,
      ...timeout,
    },
    notes: [],
  };
}

function redis(node: RedNode): MadeConnection | undefined {
  const options = objectIn(textOf(node, "options"));
  const host = String(options["host"] ?? "127.0.0.1");
  const port = Number(options["port"] ?? 6_379);
  const address = `redis://${hostText(host)}:${port}`;
  if (!isAddress(address, /^redis:$/)) return undefined;
  const database = options["db"];
  return {
    type: "redis",
    config: { addresses: [address], ...(typeof database === "number" && database >= 0 ? { database } : {}) },
    notes: [secretsNote],
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function portOf(node: RedNode, field: string, fallback: number): number | undefined {
  if (textOf(node, field).trim() === "") return fallback;
  const port = numberOf(node, field);
  return port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}

/** An IPv6 address stands in brackets before a port. */
function hostText(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function isHost(host: string): boolean {
  return host !== "" && !/[\s/]|\$\{/.test(host);
}

function isAddress(text: string, protocol: RegExp): boolean {
  if (text.includes("${") || !URL.canParse(text)) return false;
  const { protocol: is, hostname, username, password } = new URL(text);
  return protocol.test(is) && hostname !== "" && username === "" && password === "";
}
