/** The HTTP side: the table of routes behind the guards, every failure as words, and the editor's files. */
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from "express";
import { mayActAs } from "../accounts/roles.ts";
import type { Log } from "../log.ts";
import type { AuditTrail } from "../store/audit-trail.ts";
import type { Callers } from "./callers.ts";
import type { ApiError, RouteName } from "./contract.ts";
import { editorFiles, securityHeaders } from "./editor-files.ts";
import { ApiFailure } from "./failure.ts";
import type { Guard } from "./guard.ts";
import type { HookEndpoints } from "./hooks.ts";
import { mount, refusal } from "./mount.ts";
import type { Route, RouteTable } from "./route.ts";

export interface AppOptions {
  readonly routes: RouteTable;
  readonly guard: Guard;
  readonly callers: Callers;
  readonly audit: Pick<AuditTrail, "add">;
  readonly hooks: HookEndpoints;
  readonly log: Log;
  readonly editorFolder: string;
  /** The text of `GET /metrics`. */
  metrics(): string;
}

export function createApp({ routes, guard, callers, audit, hooks, log, editorFolder, metrics }: AppOptions): Express {
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
  for (const [name, route] of Object.entries(routes))
    mount(app, name as RouteName, route as Route<RouteName>, { callers, audit, log });
  app.get("/metrics", (request, response) => {
    const caller = callers.callerOf(request);
    if (!mayActAs(caller.role, "viewer")) throw refusal(caller, "viewer");
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

function answerFailure(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const failure = error instanceof ApiFailure ? error : unexpected(error, request, log);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, code, message, details } = failure;
    if (typeof details["retryAfterS"] === "number") response.setHeader("Retry-After", details["retryAfterS"]);
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
