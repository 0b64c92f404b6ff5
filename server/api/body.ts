/** The body of a request: JSON, of bounded size and depth, or words about what is wrong with it. */
import type { RequestHandler } from "express";
import express from "express";
import { ApiFailure } from "./failure.ts";

const maxBodyBytes = 1_048_576;
const maxDepth = 64;

const readText = express.text({ type: () => true, limit: maxBodyBytes, defaultCharset: "utf-8" });

/** Puts the parsed body into `request.body`. */
export const readJsonBody: RequestHandler = (request, response, next) => {
  const type = request.headers["content-type"];
  if (type === undefined || !/^application\/json\s*(?:;|$)/i.test(type))
    return next(
      new ApiFailure(415, "not-json", "send the body as JSON, with the header Content-Type: application/json"),
    );
  readText(request, response, (error?: unknown) => {
    if (error !== undefined) return next(bodyFailure(error));
    try {
      request.body = parseJson(typeof request.body === "string" ? request.body : "");
      next();
    } catch (failure) {
      next(failure);
    }
  });
};

function bodyFailure(error: unknown): unknown {
  const type = error instanceof Error && "type" in error ? error.type : undefined;
  if (type === "entity.too.large")
    return new ApiFailure(413, "too-large", `the body is larger than ${maxBodyBytes / 2 ** 20} MB: send less at once`);
  if (type === "encoding.unsupported" || type === "charset.unsupported")
    return new ApiFailure(415, "bad-encoding", "send the body as UTF-8");
  if (type === "request.aborted") return new ApiFailure(400, "aborted", "the body ended before it was complete");
  return error;
}

function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new ApiFailure(400, "bad-json", `the body is not JSON: ${message.split("\n")[0]}${placeOf(message, text)}`);
  }
  if (isDeeper(value, maxDepth))
    throw new ApiFailure(400, "too-deep", `the body is nested more than ${maxDepth} levels deep`);
  return value;
}

/** V8 names the position for most mistakes; without one the text ends too early. */
function placeOf(message: string, text: string): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
  const before = text.slice(0, position).split("\n");
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1));
}
