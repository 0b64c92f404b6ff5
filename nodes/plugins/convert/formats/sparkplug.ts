import { z } from "zod";
import { MessageError } from "../../../contract/errors.ts";
import type { Raw } from "../../../contract/point.ts";
import { excerpt } from "../excerpt.ts";
import { ofEpoch } from "../time.ts";
import { defineFormat } from "./format.ts";
import { type EdgeNode, EdgeNodes, type Known } from "./sparkplug-nodes.ts";
import { type Metric, metricValue, readSparkplug, type SparkplugPayload, typeOf } from "./sparkplug-payload.ts";

const settings = z.strictObject({
  deviceId: z
    .enum(["name", "path"])
    .default("name")
    .meta({
      title: "Device id",
      labels: { name: "Name of the device or edge node", path: "group/edge node/device" },
    }),
});

/** As Sparkplug numbers it: nobody knows whether the value still is true. */
const staleQuality = 500;
const goodQuality = 192;

export const sparkplug = defineFormat({
  label: "Sparkplug B",
  help: "Sparkplug B, with the topic of the message; births name the metrics of later data, and deaths mark them stale (quality 500)",
  settings,
  examples: [
    {
      title: "a birth names what the data after it calls by number",
      config: { format: "sparkplug" },
      input: [
        {
          raw: {
            payload: "EhMKBHRlbXAQASAKaQAAAAAAADVAGAA=",
            encoding: "base64",
            metadata: { topic: "spBv1.0/plant/NBIRTH/oven" },
          },
        },
        {
          raw: {
            payload: "EgsQAWkAAAAAAIA1QBgB",
            encoding: "base64",
            metadata: { topic: "spBv1.0/plant/NDATA/oven" },
          },
        },
      ],
      output: [
        { point: { device_id: "oven", key: "temp", value: 21 } },
        { point: { device_id: "oven", key: "temp", value: 21.5, tags: { group: "plant", edge_node: "oven" } } },
      ],
    },
  ],
  create({ deviceId }, restored) {
    const nodes = new EdgeNodes(restored);
    return {
      decode: (payload, raw) => read(() => readSparkplug(payload.bytes()), raw, nodes, deviceId === "path"),
      snapshot: (which) => nodes.snapshot(which),
    };
  },
});

interface Topic {
  readonly group: string;
  readonly kind: string;
  readonly node: string;
  readonly device: string;
}

const topicPattern = /^spBv1\.0\/([^/]+)\/([A-Z]+)\/([^/]+)(?:\/([^/]+))?$/;
/** Commands to devices and the state of hosts: they carry no readings. */
const otherKinds: ReadonlySet<string> = new Set(["NCMD", "DCMD", "STATE"]);

function topicOf({ metadata: { topic } }: Raw): Topic | undefined {
  if (typeof topic === "string" && /^spBv1\.0\/(?:STATE\/|[^/]+\/STATE)/.test(topic)) return undefined;
  const [, group, kind, node, device = ""] = (typeof topic === "string" ? topicPattern.exec(topic) : null) ?? [];
  if (group === undefined || kind === undefined || node === undefined)
    throw new MessageError(
      "validation",
      `${typeof topic === "string" ? `"${excerpt(topic)}"` : "the message has no topic, which"} is no topic of Sparkplug B, such as spBv1.0/group/NDATA/node`,
    );
  return { group, kind, node, device };
}

function read(decode: () => SparkplugPayload, raw: Raw, nodes: EdgeNodes, isPath: boolean): readonly unknown[] {
  const topic = topicOf(raw);
  if (topic === undefined || otherKinds.has(topic.kind)) return [];
  const payload = decode();
  const place = { ...topic, id: idOf(topic, isPath) };
  switch (topic.kind) {
    case "NBIRTH":
    case "DBIRTH":
      return birth(payload, place, nodes);
    case "NDATA":
    case "DDATA":
      return data(payload, place, nodes);
    case "NDEATH":
    case "DDEATH":
      return death(payload, place, nodes, isPath);
    default:
      throw new MessageError("validation", `Sparkplug B knows no message ${excerpt(topic.kind)}`);
  }
}

function idOf({ group, node, device }: Topic, isPath: boolean): string {
  if (isPath) return [group, node, ...(device === "" ? [] : [device])].join("/");
  return device === "" ? node : device;
}

interface Place extends Topic {
  readonly id: string;
}

function birth(payload: SparkplugPayload, place: Place, nodes: EdgeNodes): unknown[] {
  const { group, kind, node, device } = place;
  const bdSeq = payload.metrics.find(({ name }) => name === "bdSeq");
  const edge =
    kind === "NBIRTH"
      ? nodes.born(
          group,
          node,
          bdSeq === undefined ? undefined : String(metricValue(bdSeq, bdSeq.datatype)),
          payload.seq,
        )
      : nodes.known(group, node);
  if (edge === undefined) return [unborn(place)];
  const gap = kind === "NBIRTH" ? [] : sequence(edge, payload, place);
  edge.devices.set(device, new Map());
  const points = payload.metrics.flatMap((metric) => {
    if (metric.name === undefined || metric.name === "bdSeq") return [];
    const { name, alias = "", datatype, properties } = metric;
    const unit = properties.get("engUnit");
    const known: Known = { name, datatype, unit: typeof unit === "string" ? unit : undefined };
    edge.devices.get(device)?.set(alias === "" ? `name ${name}` : alias, known);
    return [point(metric, known, payload, place)];
  });
  nodes.changed(group, node);
  return [...gap, ...points];
}

function data(payload: SparkplugPayload, place: Place, nodes: EdgeNodes): unknown[] {
  const { group, node, device } = place;
  const edge = nodes.known(group, node);
  if (edge === undefined && payload.metrics.some(({ name }) => name === undefined)) return [unborn(place)];
  const gap = edge === undefined ? [] : sequence(edge, payload, place);
  if (edge !== undefined) nodes.changed(group, node);
  const metrics = edge?.devices.get(device);
  return [
    ...gap,
    ...payload.metrics.map((metric) => {
      const known = metrics?.get(metric.alias ?? `name ${metric.name}`);
      const name = metric.name ?? known?.name;
      if (name === undefined)
        return new MessageError(
          "validation",
          `no birth of ${excerpt(place.id)} named the alias ${metric.alias}; ${rebirth}`,
        );
      return point(metric, { datatype: undefined, unit: undefined, ...known, name }, payload, place);
    }),
  ];
}

function death(payload: SparkplugPayload, place: Place, nodes: EdgeNodes, isPath: boolean): unknown[] {
  const { group, kind, node, device } = place;
  const edge = nodes.known(group, node);
  if (edge === undefined) return [];
  const bdSeq = payload.metrics.find(({ name }) => name === "bdSeq");
  const isOfBirth =
    bdSeq === undefined || edge.bdSeq === undefined || String(metricValue(bdSeq, bdSeq.datatype)) === edge.bdSeq;
  // The death of an earlier session may come after the birth of the present one.
  if (kind === "NDEATH" && !isOfBirth) return [];
  const dying = kind === "NDEATH" ? [...edge.devices.keys()] : [device];
  const points = dying.flatMap((each) => {
    const at: Place = { ...place, device: each, id: idOf({ ...place, device: each }, isPath) };
    return [...(edge.devices.get(each)?.values() ?? [])].map((known) => stale(known, payload, at));
  });
  const gap = kind === "NDEATH" ? [] : sequence(edge, payload, place);
  if (kind === "NDEATH") nodes.died(group, node);
  else {
    edge.devices.delete(device);
    nodes.changed(group, node);
  }
  return [...gap, ...points];
}

const rebirth = "ask the edge node for a rebirth (Node Control/Rebirth)";

function unborn({ group, node }: Place): MessageError {
  return new MessageError("validation", `no birth of ${excerpt(`${group}/${node}`)} has been seen yet; ${rebirth}`);
}

/** What is missing is told, and what came is taken. */
function sequence(edge: EdgeNode, { seq }: SparkplugPayload, { group, node }: Place): MessageError[] {
  if (seq === undefined) return [];
  const expected = edge.seq === undefined ? seq : (edge.seq + 1) % 256;
  edge.seq = seq;
  if (seq === expected) return [];
  const message = `${excerpt(`${group}/${node}`)} sent number ${seq} where ${expected} was due: messages are missing, or came twice`;
  return [new MessageError("sequence", message)];
}

function point(metric: Metric, known: Known, payload: SparkplugPayload, place: Place): unknown {
  try {
    const datatype = metric.datatype ?? known.datatype;
    const quality = metric.properties.get("Quality");
    const value = metricValue(metric, datatype);
    const code = quality === undefined ? 0 : Number(quality);
    return {
      ...about(known, place),
      value,
      type: typeOf(datatype),
      quality: code === goodQuality ? 0 : code,
      timestamp: timeOf(metric.timestamp ?? payload.timestamp),
    };
  } catch (error) {
    if (error instanceof MessageError) return error;
    throw error;
  }
}

function stale(known: Known, payload: SparkplugPayload, place: Place): unknown {
  const timestamp = timeOf(payload.timestamp);
  return { ...about(known, place), value: null, type: typeOf(known.datatype), quality: staleQuality, timestamp };
}

function about({ name, unit }: Known, { id, group, node }: Place) {
  return { device_id: id, key: name, tags: { group, edge_node: node, ...(unit === undefined ? {} : { unit }) } };
}

/** `undefined` for a time that is none: the point then has that of its arrival. */
function timeOf(ms: unknown): string | undefined {
  return typeof ms === "bigint" && ms > 0n ? ofEpoch(ms, "ms") : undefined;
}
