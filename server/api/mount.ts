/** One route of the table as a handler of Express: who may, what was sent, what is answered, and who did it. */
import { pipeline } from "node:stream/promises";
import type { Express, Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import { mayActAs } from "../accounts/roles.ts";
import type { Log } from "../log.ts";
import type { AuditTrail } from "../store/audit-trail.ts";
import { readJsonBody } from "./body.ts";
import { browserTitle } from "./browser-title.ts";
import type { Caller, Callers } from "./callers.ts";
import type { RouteName } from "./contract.ts";
import { Download } from "./download.ts";
import { ApiFailure } from "./failure.ts";
import type { AuditNote, Call, Route } from "./route.ts";

export interface MountOptions {
  readonly callers: Callers;
  readonly audit: Pick<AuditTrail, "add">;
  readonly log: Log;
}

type Method = "get" | "post" | "put" | "delete";

export function mount<Name extends RouteName>(
  app: Express,
  name: Name,
  route: Route<Name>,
  options: MountOptions,
): void {
  const [method = "", path = ""] = name.split(" ");
  const handle: RequestHandler = async (request, response) => {
    const caller = callerOf(response);
    const notes: AuditNote[] = [];
    const isAudited = method !== "GET" && route.isAudited !== false;
    try {
      const call: Call<Name> = {
        caller,
        parameters: request.params as Call<Name>["parameters"],
        body: readBody(route.body, request.body) as Call<Name>["body"],
        query: readQuery(request),
        baseRevision: () => baseRevision(request),
        setStatus: (status) => void response.status(status),
        setRevision: (revision) => void response.setHeader("ETag", `"${revision}"`),
        note: (note) => void notes.push(note),
        browser: {
          title: browserTitle(request.headers["user-agent"] ?? ""),
          signIn: (secret) => options.callers.keep(response, secret),
          signOut: () => options.callers.forget(response),
        },
      };
      const answer = await route.handle(call);
      if (isAudited) audit(options, name, request, caller, notes, "ok");
      if (answer instanceof Download) await send(response, answer);
      else response.json(answer);
    } catch (error) {
      if (isAudited)
        audit(options, name, request, caller, notes, error instanceof ApiFailure ? error.code : "internal");
      throw error;
    }
  };
  const body = route.body === undefined ? [] : [readJsonBody];
  app[method.toLowerCase() as Method](path, onlyWhoMay(name, route.role, options), ...body, handle);
}

async function send(response: Response, { name, type, content, dispose }: Download): Promise<void> {
  try {
    response.attachment(name).setHeader("Content-Type", type);
    await pipeline(content, response);
  } catch (error) {
    // Whoever asked has gone: there is nobody to tell.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  } finally {
    await dispose();
  }
}

/** Before the body is read: whoever may not do it does not get to send much either. */
function onlyWhoMay(name: RouteName, role: Route<RouteName>["role"], options: MountOptions): RequestHandler {
  return (request, response, next) => {
    const caller = options.callers.callerOf(request);
    response.locals["caller"] = caller;
    if (mayActAs(caller.role, role)) return next();
    const failure = refusal(caller, role);
    if (request.method !== "GET") audit(options, name, request, caller, [], failure.code);
    next(failure);
  };
}

function callerOf({ locals }: Response): Caller {
  return locals["caller"] as Caller;
}

export function refusal({ role }: Caller, needed: Route<RouteName>["role"]): ApiFailure {
  if (role === "anyone") return new ApiFailure(401, "signed-out", "sign in first");
  return new ApiFailure(403, "forbidden", `this needs the role ${needed}; yours is ${role}`);
}

function audit(
  { audit: trail, log }: MountOptions,
  action: RouteName,
  { params }: Request,
  caller: Caller,
  notes: readonly AuditNote[],
  outcome: string,
): void {
  const {
    actor = caller.name,
    target = Object.values(params).join("/"),
    detail = {},
  } = Object.assign({}, ...notes) as AuditNote;
  try {
    trail.add({ at: new Date().toISOString(), actor, address: caller.address, action, target, outcome, detail });
  } catch (err) {
    // What was done is done; keeping people from acting because the disk is full would make it worse.
    log.error({ err, actor, action, target, outcome }, "the audit trail could not be written");
  }
}

function readBody(schema: z.ZodType | undefined, body: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
  throw new ApiFailure(400, "bad-request", words.join("; "));
}

function readQuery({ query }: Request): Record<string, string> {
  const repeated = Object.keys(query).find((name) => typeof query[name] !== "string");
  if (repeated !== undefined) throw new ApiFailure(400, "bad-request", `${repeated} is given more than once`);
  return { ...(query as Record<string, string>) };
}

function baseRevision({ headers }: Request): number {
  const text = /^(?:W\/)?"(\d{1,15})"$/.exec(headers["if-match"] ?? "")?.[1];
  if (text !== undefined) return Number(text);
  throw new ApiFailure(
    428,
    "no-base-revision",
    'say which revision the change is based on: the header If-Match: "3", or If-Match: "0" for a new flow',
  );
}
