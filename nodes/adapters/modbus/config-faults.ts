/** What cannot be right about devices and tags taken together, each with its place and what to do. Pure. */
import { isBitArea } from "../../connections/modbus/pdu.ts";
import { addressEnd, placeOf } from "./address.ts";
import type { AdapterConfig, TagConfig } from "./config.ts";
import { codings } from "./data-type.ts";
import { registersOf, typeOf } from "./tag.ts";

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export function tagFaults(config: AdapterConfig): Fault[] {
  const devices = new Set(config.devices.map(({ deviceId }) => deviceId));
  const classes = new Set(config.scanClasses.map(({ name }) => name));
  return [
    ...twice(config.devices, ({ deviceId }) => deviceId, ["devices"], "deviceId"),
    ...twice(config.scanClasses, ({ name }) => name, ["scanClasses"], "name"),
    ...twice(config.tags, ({ device, key }) => `${device}\n${key}`, ["tags"], "key"),
    ...config.tags.flatMap((tag, index) =>
      [
        ...unknownNames(tag, devices, classes),
        ...wrongPlace(tag, config),
        ...wrongRange(tag),
        ...notWritable(tag, config),
      ].map(([field, message]) => ({ path: ["tags", index, field], message })),
    ),
  ];
}

type TagFault = readonly [field: keyof TagConfig, message: string];

function twice<Item>(items: readonly Item[], nameOf: (item: Item) => string, path: string[], field: string): Fault[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const name = nameOf(item);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path: [...path, index, field], message: `"${name.slice(name.indexOf("\n") + 1)}" is there twice` }];
  });
}

function unknownNames({ device, scan }: TagConfig, devices: ReadonlySet<string>, classes: ReadonlySet<string>) {
  const faults: TagFault[] = [];
  if (device !== "" && !devices.has(device))
    faults.push(["device", `there is no device "${device}" in this node; devices are ${[...devices].join(", ")}`]);
  if (scan !== "" && !classes.has(scan))
    faults.push(["scan", `there is no scan class "${scan}"; add it under Scan classes, or leave this empty`]);
  return faults;
}

function wrongPlace(tag: TagConfig, { addressBase }: AdapterConfig): TagFault[] {
  const place = placeOf(tag.address, tag.area, addressBase);
  if (typeof place === "string") return [["address", place]];
  if (isBitArea(place.area)) {
    const isBool = tag.type === undefined || tag.type === "bool";
    return isBool ? [] : [["type", `coils and discrete inputs are single bits: leave the type out, or choose bool`]];
  }
  const registers = registersOf(tag, place.area);
  const isBeyond = place.address + registers > addressEnd;
  return isBeyond ? [["address", `${registers} registers from there go beyond the last address`]] : [];
}

function wrongRange({ scale, clampMin, clampMax, min, max }: TagConfig): TagFault[] {
  const faults: TagFault[] = [];
  if (scale === 0)
    faults.push(["scale", "with the scale 0 every value would be the offset; 1 leaves values as they are"]);
  if (clampMin !== undefined && clampMax !== undefined && clampMax < clampMin)
    faults.push(["clampMax", `must be at least ${clampMin}`]);
  if (min !== undefined && max !== undefined && max < min) faults.push(["max", `must be at least ${min}`]);
  return faults;
}

function notWritable(tag: TagConfig, { addressBase }: AdapterConfig): TagFault[] {
  if (tag.access === "r") return [];
  const place = placeOf(tag.address, tag.area, addressBase);
  if (typeof place === "string") return [];
  if (place.area === "discrete" || place.area === "input")
    return [["access", "Modbus can only read discrete inputs and input registers"]];
  const type = typeOf(tag, place.area);
  const isPart = type === "bit" || codings[type].encode === undefined || tag.half !== "both";
  return isPart
    ? [["access", "this is a part of a register, which others share: only whole registers can be written"]]
    : [];
}
