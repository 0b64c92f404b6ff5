/** Node-RED nodes with which messages begin. */
import { approximated, type Converter, converted, placeholderText, plainText } from "./conversion.ts";
import { slug } from "./ids.ts";
import { numberIn, numberOf, type RedNode, rows, textOf } from "./node-red-file.ts";

const topicNote =
  "The device id is taken from the topic, its last level but one: give the node a topic pattern if it stands elsewhere.";
const manyTimes = 2_147_483;

export const mqttIn: Converter = (node, around) => {
  const connection = around.connection(around.config(node, "broker"));
  if (connection === undefined) return "the broker it names is missing or has no address: add an MQTT subscribe node";
  if (node.all["inputs"] === 1) return "it subscribes to topics that messages tell it, which has no counterpart";
  const filter = plainText(textOf(node, "topic"));
  if (filter === undefined) return placeholderText;
  if (filter === "") return "it has no topic";
  const qos = numberOf(node, "qos") ?? 1;
  const part = {
    type: "adapter.mqtt",
    config: { connection: connection.id, topics: [{ filter, qos: qos === 0 || qos === 2 ? qos : 1 }] },
  };
  return converted(part, [topicNote, ...connection.notes]);
};

export const inject: Converter = (node, around) => {
  const after = around.after(node);
  const seconds = repeatOf(node);
  if (seconds !== undefined && after.length > 0 && after.every(({ type }) => type === "http request"))
    return { outcome: "converted", notes: ["Its interval is in the HTTP poll it was wired to."], parts: [] };
  if (textOf(node, "crontab") !== "") return "it fires at times of the day, and no adapter does";
  if (seconds === undefined) return "it fires by hand or once: send a message by hand with the node it leads to";
  const payload = rows(node.all["props"]).find(({ p }) => p === "payload");
  const kind = String(payload?.["vt"] ?? node.all["payloadType"] ?? "date");
  const value = constantOf(kind, payload?.["v"] ?? node.all["payload"]);
  if (value === undefined) return `what it sends, of type ${kind.slice(0, 20)}, has no counterpart in the simulator`;
  const topic = textOf(node, "topic");
  const levels = topic.split("/").filter(Boolean);
  const deviceId = slug(levels.at(-2) ?? "") || slug(node.name) || "inject";
  const key = slug(levels.at(-1) ?? "") || "payload";
  return approximated(
    {
      type: "adapter.mock",
      config: {
        interval: `${seconds}s`,
        devices: [{ deviceId }],
        signals: [{ key, waveform: "constant", value }],
      },
    },
    `It sends points of the device ${deviceId} with the key ${key}, which the topic does not name.`,
  );
};

/** Seconds between two messages; `undefined` when it does not repeat. */
function repeatOf(node: RedNode): number | undefined {
  const seconds = numberOf(node, "repeat");
  return seconds !== undefined && seconds >= 0.01 && seconds <= manyTimes ? seconds : undefined;
}

function constantOf(kind: string, value: unknown): string | number | boolean | undefined {
  if (kind === "num") return numberIn(String(value));
  if (kind === "bool") return String(value) === "true";
  return kind === "str" ? String(value ?? "") : undefined;
}

const taken = /^(?:post|put|patch)$/;

export const httpIn: Converter = (node) => {
  const method = textOf(node, "method").toLowerCase();
  if (!taken.test(method))
    return `a webhook takes POST, PUT and PATCH, not ${method.toUpperCase() || "an empty method"}`;
  const path = textOf(node, "url").replace(/^\/+|\/+$/g, "");
  if (!/^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/.test(path))
    return "its path holds parameters or characters that the path of a webhook cannot have";
  return approximated(
    { type: "adapter.webhook", config: { path, methods: [method.toUpperCase()] } },
    `Senders call /hooks/${path}. It answers by itself: the flow makes no answer.`,
    "Nobody has to sign in to send: choose a token or a signature.",
  );
};

export const httpRequest: Converter = (node, around) => {
  const triggers = around.before(node);
  const seconds = triggers.map(repeatOf).find((each) => each !== undefined);
  if (seconds === undefined || triggers.some(({ type }) => type !== "inject"))
    return "it asks when a message comes, and an HTTP poll asks by the clock: use HTTP poll, or Forward to send";
  const method = textOf(node, "method").toUpperCase() || "GET";
  if (method !== "GET") return "it sends a body that the flow makes: use HTTP poll with a body of its own, or Forward";
  const url = plainText(textOf(node, "url"));
  if (url === undefined) return placeholderText;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username + parsed.password !== "")
    return "its address is not complete, or holds a password";
  const notes = textOf(node, "authType") === "" ? [] : ["Sign-in is not carried over: set it in the node."];
  return approximated(
    { type: "adapter.http", config: { url, interval: `${seconds}s` } },
    `It asks every ${seconds} s by itself.`,
    ...notes,
  );
};

const areas: Readonly<Record<string, string>> = {
  Coil: "coil",
  Input: "discrete",
  HoldingRegister: "holding",
  InputRegister: "input",
};
const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600 };
const mostTags = 2_000;

export const modbusRead: Converter = (node, around) => {
  const server = around.config(node, "server");
  const connection = around.connection(server);
  if (connection === undefined || server === undefined)
    return "the Modbus server it names is missing or of a kind that is not known here";
  const kind = textOf(node, "dataType");
  const area = Object.hasOwn(areas, kind) ? areas[kind] : undefined;
  const address = numberOf(node, "adr");
  const quantity = numberOf(node, "quantity") ?? 1;
  const unit = textOf(node, "rateUnit") || "s";
  const seconds = (numberOf(node, "rate") ?? 10) * (Object.hasOwn(units, unit) ? (units[unit] ?? 1) : 1);
  if (area === undefined || address === undefined || !Number.isInteger(address) || address < 0 || address > 65_535)
    return "it does not say which registers it reads";
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > mostTags || address + quantity > 65_536)
    return `it does not read from 1 to ${mostTags} registers`;
  const unitId = numberOf(node, "unitid") ?? numberOf(server, "unit_id") ?? 1;
  if (!Number.isInteger(unitId) || unitId < 0 || unitId > 255) return "its unit id is not from 0 to 255";
  const name = slug(textOf(node, "topic")) || slug(node.name) || "modbus";
  const tags = Array.from({ length: quantity }, (_, index) => ({
    key: quantity === 1 ? name : `${area}-${address + index}`,
    area,
    address: address + index,
  }));
  return approximated(
    {
      type: "adapter.modbus",
      config: {
        connection: connection.id,
        devices: [{ deviceId: name, unitId }],
        tags,
        interval: `${Math.max(10, Math.round(seconds * 1_000))}ms`,
        report: "always",
      },
    },
    "Each register is a tag with a point of its own, not a list: name them, and give types to values of several registers.",
    ...connection.notes,
  );
};
