/** From an answer to what the adapter publishes. Pure. */
import { isUtf8 } from "node:buffer";
import type { AdapterContext } from "../../contract/connector.ts";
import type { HttpAnswer } from "../../outbound/http-client.ts";

export type Reading = Parameters<AdapterContext<unknown>["emit"]>[0];

/** The address is told without its query, which may hold keys. */
export function readingOf(answer: HttpAnswer, deviceId: string, page: number | undefined): Reading {
  const { status, headers, url } = answer;
  const said = { contentType: headers["content-type"], etag: headers["etag"], lastModified: headers["last-modified"] };
  return {
    device_id: deviceId === "" ? url.hostname : deviceId,
    ...contentOf(answer),
    metadata: {
      url: `${url.origin}${url.pathname}`,
      status,
      ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
      ...(page === undefined ? {} : { page }),
    },
  };
}

/** Text when it is UTF-8 or in another character set that the server names. */
export function contentOf({
  body,
  headers,
}: Pick<HttpAnswer, "body" | "headers">): Pick<Reading, "payload" | "encoding"> & { readonly payload: string } {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers["content-type"] ?? "")?.[1];
  const decoded = charset === undefined || /^utf-?8$/i.test(charset) ? undefined : decode(body, charset);
  if (decoded !== undefined) return { payload: decoded, encoding: "text" };
  if (isUtf8(body)) return { payload: body.toString("utf8"), encoding: "text" };
  return { payload: body.toString("base64"), encoding: "base64" };
}

/** `undefined` when the character set is not known. */
function decode(body: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return undefined;
  }
}
