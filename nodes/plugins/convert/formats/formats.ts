/** Every format there is. A new one is a file beside this and a line here. */
import { auto } from "./auto.ts";
import { binary } from "./binary.ts";
import { bytes } from "./bytes.ts";
import { cbor } from "./cbor.ts";
import { csv } from "./csv.ts";
import type { Format } from "./format.ts";
import { json } from "./json.ts";
import { messagepack } from "./messagepack.ts";
import { ndjson } from "./ndjson.ts";
import { pattern } from "./pattern.ts";
import { protobuf } from "./protobuf.ts";
import { sparkplug } from "./sparkplug.ts";
import { text } from "./text.ts";
import { xml } from "./xml.ts";

const all = {
  auto,
  json,
  ndjson,
  csv,
  xml,
  text,
  pattern,
  bytes,
  binary,
  messagepack,
  cbor,
  protobuf,
  sparkplug,
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof all;
export const formatNames = Object.keys(all) as [FormatName, ...FormatName[]];
export const formats: Readonly<Record<FormatName, Format>> = all;
