/** The HTTP side: the table of routes behind the guards, every failure as words, and the editor's files. */
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from "express";
import type { z } from "zod";
import type { Log } from "../log.ts";
import { readJsonBody } from "./body.ts";
import type { ApiError, RouteName } from "./contract.ts";
import { editorFiles, securityHeaders } from "./editor-files.ts";
import { ApiFailure } from "./failure.ts";
import type { Guard } from "./guard.ts";
import type { HookEndpoints } from "./hooks.ts";
import { type Call, type Caller, type Route, type RouteTable, roles } from "./route.ts";

export interface AppOptions {
  readonly routes: RouteTable;
  readonly guard: Guard;
  readonly hooks: HookEndpoints;
  readonly log: Log;
  readonly editorFolder: string;
  /** The text of `GET /metrics`. */
  metrics(): string;
}

export function createApp({ routes, guard, hooks, log, editorFolder, metrics }: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.set("query parser", "simple");
  app.use(securityHeaders());
  app.use(onlyKnownHosts(guard));
  app.use("/hooks", hooks.handler(guard));
  app.use(onlyOwnPages(guard));
  app.use("/api", (_request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  for (const [name, route] of Object.entries(routes)) mount(app, name as RouteName, route as Route<RouteName>);
  app.get("/metrics", (_request, response) => {
    response.setHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8").send(metrics());
  });
  app.use("/api", ({ method, originalUrl }) => {
    const path = originalUrl.split("?", 1)[0];
    throw new ApiFailure(404, "no-route", `${method} ${path} does not exist; see the API's documentation`);
  });
  app.use(editorFiles(editorFolder));
  app.use(({ originalUrl }: Request) => {
    throw new ApiFailure(404, "not-found", `${originalUrl.split("?", 1)[0]} does not exist`);
  });
  app.use(answerFailure(log));
  return app;
}

function onlyKnownHosts(guard: Guard): RequestHandler {
  return (request, _response, next) => {
    if (!guard.isKnownHost(request))
      throw new ApiFailure(
        421,
        "unknown-host",
        `this gateway is not known as "${request.headers.host ?? ""}"; add that name to server.allowed_hosts`,
      );
    next();
  };
}

function onlyOwnPages(guard: Guard): RequestHandler {
  return (request, _response, next) => {
    const isReading = request.method === "GET" || request.method === "HEAD";
    if (!isReading && !guard.isSameOrigin(request))
      throw new ApiFailure(403, "foreign-origin", "only pages of this gateway may change something");
    next();
  };
}

/** Until there are users, whoever reaches the port is the operator of the machine. */
function identify(): Caller {
  return { name: "local", role: "admin" };
}

type Method = "get" | "post" | "put" | "delete";

function mount<Name extends RouteName>(app: Express, name: Name, route: Route<Name>): void {
  const [method = "", path = ""] = name.split(" ");
  const handle: RequestHandler = async (request, response) => {
    const caller = identify();
    if (roles.indexOf(caller.role) < roles.indexOf(route.role))
      throw new ApiFailure(403, "forbidden", `this needs the role ${route.role}`);
    const call: Call<Name> = {
      caller,
      parameters: request.params as Call<Name>["parameters"],
      body: readBody(route.body, request.body) as Call<Name>["body"],
      baseRevision: () => baseRevision(request),
      setStatus: (status) => void response.status(status),
      setRevision: (revision) => void response.setHeader("ETag", `"${revision}"`),
    };
    response.json(await route.handle(call));
  };
  app[method.toLowerCase() as Method](path, ...(route.body === undefined ? [] : [readJsonBody]), handle);
}

function readBody(schema: z.ZodType | undefined, body: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
  throw new ApiFailure(400, "bad-request", words.join("; "));
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

function answerFailure(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const failure = error instanceof ApiFailure ? error : unexpected(error, request, log);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, code, message, details } = failure;
    const answer: ApiError = { error: { code, message }, ...details };
    response.status(status).json(answer);
  };
}

function unexpected(error: unknown, { method, path }: Request, log: Log): ApiFailure {
  // Express refuses a path that is no valid percent-encoding.
  if (error instanceof URIError) return new ApiFailure(400, "bad-path", "the path is not valid");
  log.error({ err: error, method, path }, "a request failed for a reason of our own");
  return new ApiFailure(500, "internal", "the gateway could not do this; its log says why");
}
