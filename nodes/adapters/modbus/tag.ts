/** A value of a device: where it stands, and the way from its registers to a point. Pure. */
import { type Area, isBitArea } from "../../connections/modbus/pdu.ts";
import { exactInteger, type PointType } from "../../contract/point.ts";
import { placeOf } from "./address.ts";
import { bytePlaces, textPlaces } from "./byte-order.ts";
import type { AdapterConfig, DeviceConfig, TagConfig } from "./config.ts";
import { codings, type DataType, type RawValue, readText } from "./data-type.ts";
import type { Span } from "./layout.ts";
import { quality } from "./quality.ts";

export interface Measured {
  /** `null` when there is no value. */
  readonly value: number | string | boolean | null;
  readonly quality: number;
}

export interface Tag extends Span {
  readonly deviceId: string;
  readonly unitId: number;
  readonly key: string;
  readonly unit: string;
  readonly config: TagConfig;
  readonly dataType: DataType;
  readonly pointType: PointType;
  /** Where each byte of the value, most significant first, stands in what is sent. */
  readonly places: readonly number[];
  /** Takes its part of a block: `at` is the byte, or in an area of bits the bit, where it begins. */
  decode(bytes: Buffer, at: number): Measured;
}

export function typeOf({ type }: Pick<TagConfig, "type">, area: Area): DataType {
  return isBitArea(area) ? "bool" : (type ?? "uint16");
}

/** Registers it takes, or bits in an area of bits. */
export function registersOf(tag: Pick<TagConfig, "type" | "length">, area: Area): number {
  const type = typeOf(tag, area);
  return type === "bit" ? 1 : (codings[type].registers ?? tag.length);
}

/** The tags of all devices of a node. */
export function tagsOf(config: AdapterConfig): Tag[] {
  return config.devices.flatMap((device) =>
    config.tags
      .filter((tag) => tag.device === "" || tag.device === device.deviceId)
      .map((tag) => tagOf(tag, device, config)),
  );
}

function tagOf(config: TagConfig, { deviceId, unitId }: DeviceConfig, node: AdapterConfig): Tag {
  const place = placeOf(config.address, config.area, node.addressBase);
  if (typeof place === "string") throw new Error(place);
  const { area, address } = place;
  const dataType = typeOf(config, area);
  const count = registersOf(config, area);
  const order = config.byteOrder ?? node.byteOrder;
  const places = dataType === "string" || dataType === "bytes" ? textPlaces(order, count) : bytePlaces(order, count);
  const pointType = pointTypeOf(config, dataType);
  const decode = isBitArea(area) ? decodeBit : decoder(config, dataType, places, pointType);
  const { key, unit } = config;
  return { deviceId, unitId, key, unit, area, address, count, config, dataType, pointType, places, decode };
}

function isScaled({ scale, offset }: TagConfig): boolean {
  return scale !== 1 || offset !== 0;
}

function pointTypeOf(config: TagConfig, type: DataType): PointType {
  if (type === "bool" || type === "bit") return "bool";
  if (type === "string") return "string";
  if (type === "bytes") return "binary";
  return type.startsWith("float") || isScaled(config) ? "float" : "int";
}

function decodeBit(bytes: Buffer, at: number): Measured {
  return { value: ((bytes[at >> 3] ?? 0) & (1 << (at & 7))) !== 0, quality: quality.good };
}

function decoder(config: TagConfig, type: DataType, places: readonly number[], pointType: PointType) {
  const ordered = Buffer.alloc(places.length);
  const decode = type === "bit" ? bitOf(config.bit) : type === "string" ? textOf(config.half) : codings[type].decode;
  return (bytes: Buffer, at: number): Measured => {
    // Not by iterator: this runs for every byte of every value.
    for (let index = 0; index < places.length; index++) ordered[index] = bytes[at + (places[index] ?? 0)] ?? 0;
    return measured(decode(ordered), config, pointType);
  };
}

function bitOf(bit: number) {
  return (bytes: Buffer): RawValue => (bytes.readUInt16BE() & (1 << bit)) !== 0;
}

function textOf(half: TagConfig["half"]) {
  if (half === "both") return readText;
  const skip = half === "high" ? 0 : 1;
  return (bytes: Buffer): RawValue => readText(Buffer.from(bytes.filter((_, index) => (index & 1) === skip)));
}

function measured(raw: RawValue, config: TagConfig, pointType: PointType): Measured {
  if (typeof raw === "boolean" || typeof raw === "string") return { value: raw, quality: quality.good };
  if (typeof raw === "object") return { value: raw.toString("base64"), quality: quality.good };
  if (pointType === "int") return limited(typeof raw === "bigint" ? exactInteger(raw) : raw, config);
  const number = Number(raw) * config.scale + config.offset;
  // What is not there, devices often send as "not a number".
  if (!Number.isFinite(number)) return { value: null, quality: quality.sensorFailure };
  return limited(config.precision === undefined ? number : rounded(number, config.precision), config);
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

function limited(value: number | string, { clampMin, clampMax }: TagConfig): Measured {
  if (clampMin !== undefined && Number(value) < clampMin) return { value: clampMin, quality: quality.limited };
  if (clampMax !== undefined && Number(value) > clampMax) return { value: clampMax, quality: quality.limited };
  return { value, quality: quality.good };
}
