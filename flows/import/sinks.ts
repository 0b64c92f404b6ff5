/** Node-RED nodes with which messages end. */
import { approximated, type Converter, converted, placeholderText, plainText } from "./conversion.ts";
import { numberOf, textOf } from "./node-red-file.ts";

export const debug: Converter = (node) => {
  const part = { type: "sink.console", config: { format: "pretty" } };
  const notes = ["The Debug drawer shows what passes any node: this one prints where the gateway was started."];
  return (textOf(node, "complete") || "false") === "false" ? converted(part, notes) : approximated(part, ...notes);
};

export const mqttOut: Converter = (node, around) => {
  const connection = around.connection(around.config(node, "broker"));
  if (connection === undefined) return "the broker it names is missing or has no address: add an MQTT publish node";
  const topic = plainText(textOf(node, "topic"));
  if (topic === undefined) return placeholderText;
  if (/[+#]|^\$/.test(topic) || (topic !== "" && topic.split("/").includes("")))
    return "nothing is published on its topic";
  const qos = numberOf(node, "qos") ?? 0;
  const part = {
    type: "sink.mqtt",
    config: {
      connection: connection.id,
      ...(topic === "" ? {} : { topic }),
      content: "value",
      qos: qos === 1 || qos === 2 ? qos : 0,
      retain: textOf(node, "retain") === "true" || node.all["retain"] === true,
    },
  };
  if (topic !== "") return converted(part, connection.notes);
  return approximated(
    part,
    "Its topic came with the message: it is made of device id and key now.",
    ...connection.notes,
  );
};

export const file: Converter = (node) => {
  const kind = textOf(node, "filenameType") || "str";
  const name = kind === "str" ? plainText(textOf(node, "filename")) : undefined;
  if (name === undefined) return "its file name comes with the message or from the environment";
  if (textOf(node, "overwriteFile") !== "false") return "it replaces or deletes the file, and a file sink appends";
  const parts = name.replace(/^[A-Za-z]:/, "").split(/[\\/]+/);
  const path = parts.filter((part) => part !== "" && part !== ".").join("/");
  if (path === "" || parts.includes("..") || /\p{Cc}/u.test(path))
    return "its file name leads out of the folder of files";
  return approximated(
    { type: "sink.file", config: { path } },
    `It writes ${path} below the gateway's folder of files, one JSON object with device, key and value in each line.`,
  );
};

export const websocketOut: Converter = (node, around) => {
  const server = around.config(node, "server");
  if (server === undefined) return "it calls a server as a client, or the listener it names is missing";
  const path = textOf(server, "path").replace(/^\/+|\/+$/g, "");
  if (!/^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/.test(path))
    return "its path holds characters that cannot stand in a path here";
  return approximated(
    { type: "sink.websocket", config: { path } },
    `Clients connect to /ws/${path}. Two nodes cannot serve the same path.`,
  );
};

export const influx: Converter = (node, around) => {
  const server = around.config(node, "influxdb");
  if (server === undefined) return "the server it names is missing";
  const version = textOf(server, "influxdbVersion") || "1.x";
  const isTwo = version === "2.0";
  const scheme = server.all["usetls"] === true || textOf(server, "protocol") === "https" ? "https" : "http";
  const hostAndPort = `${textOf(server, "hostname") || "127.0.0.1"}:${textOf(server, "port") || "8086"}`;
  const url = isTwo || version === "1.8-flux" ? textOf(server, "url") : `${scheme}://${hostAndPort}`;
  const parsed = URL.canParse(url) && plainText(url) !== undefined ? new URL(url) : undefined;
  if (
    parsed === undefined ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.username + parsed.password + parsed.search + parsed.hash !== ""
  )
    return "the address of its server is not complete, or holds a password";
  const measurement = plainText(textOf(node, "measurement"));
  if (measurement === undefined) return placeholderText;
  const bucket = textOf(node, "bucket");
  const database = textOf(node, "database") || textOf(server, "database");
  if ((isTwo ? bucket : database) === "") return `it does not name the ${isTwo ? "bucket" : "database"}`;
  const place = isTwo ? { version: "2", org: textOf(node, "org"), bucket } : { version: "1", database };
  const named = measurement === "" ? {} : { measurement, field: `\${key}` };
  return approximated(
    { type: "sink.influxdb", config: { ...place, url, ...named } },
    "Device id and tags of a point are tags, its key is the field.",
    `${isTwo ? "The token is" : "User name and password are"} not in the file: enter it again.`,
  );
};

const commands: Readonly<Record<string, string>> = {
  set: "SET",
  hset: "HSET",
  xadd: "XADD",
  publish: "PUBLISH",
  lpush: "LPUSH",
  zadd: "ZADD",
};

export const redisOut: Converter = (node, around) => {
  const connection = around.connection(around.config(node, "server"));
  if (connection === undefined) return "the Redis it names is missing or has no address";
  const word = textOf(node, "command").toLowerCase();
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) return `its command ${word.slice(0, 20)} has no counterpart`;
  const key = plainText(textOf(node, "topic"));
  if (key === undefined) return placeholderText;
  return approximated(
    {
      type: "sink.redis",
      config: { connection: connection.id, command, ...(key === "" ? {} : { key }), content: "value" },
    },
    "It writes the value of each point.",
    ...connection.notes,
  );
};
