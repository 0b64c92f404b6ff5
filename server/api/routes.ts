/** Every route of the API: who may call it, what it takes, what it does. What is not here does not exist. */
import { z } from "zod";
import { readDocument } from "../../flows/format/read.ts";
import { importFlows } from "../../flows/import/import-flows.ts";
import type { Catalog } from "../../nodes/contract/catalog.ts";
import { describe } from "../../nodes/contract/describe.ts";
import { describeExpressions } from "../../nodes/expression/describe.ts";
import { type Bus, PayloadTooLargeError } from "../bus/bus.ts";
import { subjectProblem } from "../bus/subjects.ts";
import type { Runtime } from "../runtime/port.ts";
import type { RevisionRecord, Store } from "../store/store.ts";
import { type AccountServices, accountRoutes } from "./account-routes.ts";
import type { ActivityLog } from "./activity-log.ts";
import { type AlarmServices, alarmRoutes } from "./alarm-routes.ts";
import { type BackupServices, backupRoutes } from "./backup-routes.ts";
import type { DeployRequest, EvaluateRequest, Health, MessagePlace, ProbeBody, StoredFlow } from "./contract.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Author, Deployments } from "./deploy.ts";
import { evaluate } from "./evaluate.ts";
import { ApiFailure } from "./failure.ts";
import { openApiOf } from "./openapi.ts";
import { probe } from "./probe.ts";
import type { RouteTable } from "./route.ts";
import { type TrialServices, trialRoutes } from "./trial-routes.ts";

export interface RouteServices extends AccountServices, AlarmServices, BackupServices, TrialServices {
  readonly catalog: Catalog;
  readonly store: Pick<Store, "revisions" | "revision">;
  readonly deployments: Deployments;
  readonly activityLog: ActivityLog;
  readonly bus: Pick<Bus, "publish" | "status">;
  readonly runtime: Pick<Runtime, "trace" | "recent" | "probe">;
  readonly deadLetters: DeadLetters;
  health(): Health;
}

const deployRequest: z.ZodType<DeployRequest> = z.strictObject({
  flows: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(200),
        baseRevision: z.int().nonnegative(),
        document: z.unknown().refine((document) => document !== undefined, "the document, or null to remove the flow"),
      }),
    )
    .min(1)
    .max(1_000),
  message: z.string().max(2_000).exactOptional(),
});

const probeBody: z.ZodType<ProbeBody> = z.strictObject({
  document: z.unknown().refine((document) => document !== undefined, "the document with the node"),
  node: z.string().min(1).max(200),
  keys: z.array(z.string().max(1_000)).max(20_000).exactOptional(),
});

const places: z.ZodType<readonly MessagePlace[]> = z
  .array(z.strictObject({ flow: z.string().max(200), node: z.string().max(200), side: z.enum(["in", "out"]) }))
  .max(100);

const evaluateRequest: z.ZodType<EvaluateRequest> = z.strictObject({
  source: z.string().max(20_000),
  kind: z.enum(["expression", "template"]),
  variables: z.array(z.string().max(200)).max(100),
  places,
});

export function createRoutes(services: RouteServices): RouteTable {
  const { deployments, store } = services;
  let catalog: ReturnType<typeof describe> | undefined;

  const deployOne = (id: string, baseRevision: number, document: unknown, author: Author) =>
    deployments.deploy({ flows: [{ id, baseRevision, document }] }, author);

  const routes: RouteTable = {
    ...accountRoutes(services),
    ...alarmRoutes(services),
    ...backupRoutes(services),
    ...trialRoutes(services),
    "GET /api/openapi.json": { role: "viewer", handle: () => openApiOf(routes, services.health().version) },
    "GET /api/health": {
      role: "anyone",
      handle: ({ setStatus }) => {
        const health = services.health();
        if (health.status === "failed") setStatus(503);
        return health;
      },
    },
    "GET /api/catalog": {
      role: "viewer",
      handle: () => {
        catalog ??= describe(services.catalog);
        return catalog;
      },
    },
    "GET /api/flows": { role: "viewer", handle: () => deployments.flows() },
    "GET /api/flows/:id": {
      role: "viewer",
      handle: ({ parameters, setRevision }) => {
        const flow = deployments.flow(parameters.id) ?? missing(parameters.id);
        setRevision(flow.revision);
        return flow;
      },
    },
    "POST /api/check": {
      role: "viewer",
      isAudited: false,
      body: z.strictObject({ document: z.unknown() }),
      handle: ({ body }) => deployments.check(body.document),
    },
    "POST /api/probe": {
      // It makes the gateway call whatever address the document names.
      role: "editor",
      body: probeBody,
      handle: ({ body }) => probe(deployments, services.runtime, body),
    },
    "POST /api/deploy": {
      role: "editor",
      body: deployRequest,
      handle: async ({ body, caller, note }) => {
        note({ target: body.flows.map(({ id }) => id).join(", ") });
        const answer = await deployments.deploy(body, caller);
        note({ detail: { flows: answer.flows, message: body.message ?? "" } });
        return answer;
      },
    },
    "PUT /api/flows/:id": {
      role: "editor",
      needsRevision: true,
      body: z.unknown(),
      handle: async ({ parameters: { id }, body, caller, baseRevision, setRevision }) => {
        const answer = await deployOne(id, baseRevision(), body ?? {}, caller);
        setRevision(answer.flows[0]?.revision ?? 0);
        return answer;
      },
    },
    "DELETE /api/flows/:id": {
      role: "editor",
      needsRevision: true,
      handle: ({ parameters: { id }, caller, baseRevision }) => deployOne(id, baseRevision(), null, caller),
    },
    "GET /api/flows/:id/revisions": {
      role: "viewer",
      handle: ({ parameters: { id } }) => {
        const revisions = store.revisions(id);
        return revisions.length > 0 || deployments.flow(id) !== undefined ? revisions : missing(id);
      },
    },
    "GET /api/flows/:id/revisions/:revision": {
      role: "viewer",
      handle: ({ parameters: { id, revision } }) => {
        const record = /^\d{1,9}$/.test(revision) ? store.revision(id, Number(revision)) : undefined;
        if (record !== undefined) return storedRevision(id, record);
        throw new ApiFailure(404, "no-revision", `there is no revision ${revision} of the flow "${id}"`);
      },
    },
    "GET /api/plan": { role: "viewer", handle: () => deployments.plan() },
    "GET /api/status": { role: "viewer", handle: () => services.activityLog.snapshot() },
    "GET /api/dead-letters": {
      role: "viewer",
      handle: ({ query }) => services.deadLetters.list(readLetterList(query)),
    },
    "GET /api/dead-letters/:sequence": {
      role: "viewer",
      handle: ({ parameters }) => services.deadLetters.get(sequenceIn(parameters.sequence)),
    },
    "POST /api/dead-letters/:sequence/replay": {
      role: "operator",
      body: z.strictObject({ payload: z.string().exactOptional() }),
      handle: ({ parameters, body, caller }) =>
        services.deadLetters.replay(sequenceIn(parameters.sequence), body.payload, caller.name),
    },
    "DELETE /api/dead-letters/:sequence": {
      role: "operator",
      handle: async ({ parameters, caller }) => {
        await services.deadLetters.discard(sequenceIn(parameters.sequence), caller.name);
        return { ok: true };
      },
    },
    "GET /api/dead-letter-actions": {
      role: "viewer",
      handle: ({ query }) => services.deadLetters.actions(readLetterList(query).limit),
    },
    "GET /api/traces/:id": {
      role: "viewer",
      handle: async ({ parameters: { id } }) => ({ hops: await services.runtime.trace(id) }),
    },
    "GET /api/expressions": { role: "viewer", handle: () => describeExpressions() },
    "POST /api/evaluate": {
      role: "viewer",
      isAudited: false,
      body: evaluateRequest,
      handle: async ({ body: { places, ...request } }) => evaluate(request, await services.runtime.recent(places)),
    },
    "POST /api/recent": {
      role: "viewer",
      isAudited: false,
      body: z.strictObject({ places }),
      handle: ({ body }) => services.runtime.recent(body.places),
    },
    "POST /api/import": {
      role: "viewer",
      isAudited: false,
      body: z.strictObject({ text: z.string(), name: z.string().max(500) }),
      handle: ({ body: { text, name } }) => importFlows(text, name),
    },
    "POST /api/publish": {
      role: "operator",
      body: z.strictObject({ subject: z.string(), payload: z.unknown() }),
      handle: ({ body, note }) => {
        note({ target: body.subject });
        publish(services.bus, body.subject, body.payload);
        return { ok: true };
      },
    },
  };
  return routes;
}

const letterList = z.object({
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  flow: z.string().optional(),
  node: z.string().optional(),
});

function readLetterList(query: Readonly<Record<string, string>>) {
  const parsed = letterList.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiFailure(400, "bad-request", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function sequenceIn(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text);
  throw new ApiFailure(400, "bad-request", `"${text}" is not the number of a dead letter`);
}

function missing(id: string): never {
  throw new ApiFailure(404, "no-flow", `there is no flow "${id}"`);
}

function storedRevision(id: string, { revision, author, deployedAt, text }: RevisionRecord): StoredFlow {
  if (text === undefined)
    throw new ApiFailure(404, "removed", `revision ${revision} removed the flow "${id}": it has no document`);
  const read = readDocument(text, `revision ${revision} of ${id}`);
  if (read.ok) return { document: read.document, revision, author, deployedAt, problems: [] };
  throw new ApiFailure(
    410,
    "unreadable-revision",
    `revision ${revision} of "${id}" can no longer be read: ${read.problems[0]?.message ?? ""}`,
  );
}

/** Text goes as it is, anything else as JSON. */
function publish(bus: RouteServices["bus"], subject: string, payload: unknown): void {
  const problem = subjectProblem(subject, "publish");
  if (problem !== undefined) throw new ApiFailure(400, "bad-subject", problem);
  const status = bus.status();
  if (status.state !== "connected")
    throw new ApiFailure(503, "bus-away", `nothing was published: the bus is away (${status.detail}); try again`);
  try {
    bus.publish(subject, Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload ?? null)));
  } catch (error) {
    if (error instanceof PayloadTooLargeError) throw new ApiFailure(413, "too-large", error.message);
    throw error;
  }
}
