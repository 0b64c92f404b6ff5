/** Whether a request comes from who may send: by a token, or by a signature of its body. Whatever is unclear is refused. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { HookRequest } from "../../contract/connector.ts";
import type { WebhookConfig } from "./config.ts";

/** The function answers why a request is refused, for the log and never for the sender; `undefined` when it is not. */
export function signInCheck(
  auth: WebhookConfig["auth"],
): (request: Pick<HookRequest, "headers" | "body">, nowMs: number) => string | undefined {
  switch (auth.kind) {
    case "none":
      return () => undefined;
    case "token":
      return tokenCheck(auth.token ?? "", auth.tokenHeader.toLowerCase());
    case "hmac":
      return signatureCheck(auth);
  }
}

function tokenCheck(token: string, header: string): ReturnType<typeof signInCheck> {
  const expected = digest(token);
  const isBearer = header === "authorization";
  return ({ headers }) => {
    const value = headers[header];
    if (value === undefined) return "without a token";
    const given = isBearer ? /^Bearer +(\S+)$/i.exec(value)?.[1] : value;
    if (given === undefined) return "with an Authorization that is no Bearer token";
    return timingSafeEqual(digest(given), expected) ? undefined : "with a wrong token";
  };
}

/** Of one length, so that comparing them tells nothing about the length of the secret either. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function signatureCheck({
  secret = "",
  algorithm,
  encoding,
  signatureHeader,
  signaturePrefix,
  timestampHeader,
  tolerance,
}: WebhookConfig["auth"]): ReturnType<typeof signInCheck> {
  return ({ headers, body }, nowMs) => {
    const value = headers[signatureHeader.toLowerCase()];
    if (value === undefined) return "without a signature";
    const hmac = createHmac(algorithm, secret);
    if (timestampHeader !== "") {
      const time = headers[timestampHeader.toLowerCase()] ?? "";
      if (!/^\d{1,12}$/.test(time)) return "without a time";
      if (Math.abs(nowMs - Number(time) * 1_000) > tolerance) return "with a time that is too old, or not yet";
      hmac.update(`${time}.`);
    }
    const expected = hmac.update(body).digest();
    // Several may be given while a secret is being changed.
    const isSigned = value.split(",").some((part) => {
      const text = part.trim();
      if (!text.startsWith(signaturePrefix)) return false;
      const given = Buffer.from(text.slice(signaturePrefix.length), encoding);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    return isSigned ? undefined : "with a wrong signature";
  };
}
