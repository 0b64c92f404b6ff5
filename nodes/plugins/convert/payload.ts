/** From the payload of a raw reading to bytes and text: what it is written in and packed with. */
import { isUtf8 } from "node:buffer";
import { MessageError } from "../../contract/errors.ts";
import type { Raw } from "../../contract/point.ts";
import { excerpt, shown } from "./excerpt.ts";
import type { Payload } from "./formats/format.ts";
import { contentOf, parseJson } from "./formats/json-text.ts";
import { at, type Path } from "./path.ts";
import { type Compression, unpack } from "./unpack.ts";

export const writings = ["asSent", "hex", "base64"] as const;
export type Writing = (typeof writings)[number];

export interface Packing {
  readonly bytesAs: Writing;
  readonly compression: Compression;
  readonly maxBytes: number;
}

/** Takes the text that stands at a path of a JSON message for the payload. Throws `MessageError` when there is none. */
export function unwrap(raw: Raw, path: Path, name: string): { readonly wrapper: unknown; readonly text: string } {
  const wrapper = raw.encoding === "json" ? raw.payload : parseJson(contentOf(textOf(bytesOf(raw))));
  const text = at(wrapper, path);
  if (typeof text === "string") return { wrapper, text };
  throw new MessageError("validation", `"${name}" is ${shown(text)}, not the text of a payload`);
}

export function bytesOf({ payload, encoding }: Raw): Buffer {
  if (typeof payload !== "string")
    throw new MessageError(
      "validation",
      `the adapter has decoded the payload already (${shown(payload)}); choose the format auto`,
    );
  return Buffer.from(payload, encoding === "base64" ? "base64" : "utf8");
}

/** Throws `MessageError` `parse_error` or `limit` when it cannot be unpacked. */
export function payloadOf(sent: Buffer, { bytesAs, compression, maxBytes }: Packing): Payload {
  const bytes = unpack(readWriting(sent, bytesAs), compression, maxBytes);
  let text: string | undefined;
  return {
    bytes: () => bytes,
    text: () => (text ??= textOf(bytes)),
  };
}

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new MessageError(
    "parse_error",
    `the payload is ${bytes.length} bytes that are no text; choose the format auto`,
  );
}

const hexSigns = /^(?:[0-9a-fA-F]{2})*$/;
const base64Signs = /^[A-Za-z0-9+/_-]*={0,2}$/;

function readWriting(sent: Buffer, bytesAs: Writing): Buffer {
  if (bytesAs === "asSent") return sent;
  const text = textOf(sent);
  const signs = text.replace(/[\s:]|\b0x/g, "");
  if (bytesAs === "hex" && hexSigns.test(signs)) return Buffer.from(signs, "hex");
  if (bytesAs === "base64" && base64Signs.test(signs)) return Buffer.from(signs, "base64");
  throw new MessageError("parse_error", `not ${bytesAs}: ${excerpt(text)}`);
}
