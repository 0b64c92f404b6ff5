/** Deploying: the one way in which what runs, the flow files and their history change together. */
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Problem } from "../../flows/format/problem.ts";
import { checkDocument } from "../../flows/format/read.ts";
import { writeDocument } from "../../flows/format/write.ts";
import { mayActAs, type Role } from "../accounts/roles.ts";
import type { Compiled } from "../compiler/compile.ts";
import { type FlowPlan, nodeKey, type Plan } from "../compiler/plan.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime/port.ts";
import type { FlowRecord, Store } from "../store/store.ts";
import { type StoreError, storeError } from "../store/store-error.ts";
import type { Caller } from "./callers.ts";
import type { CheckAnswer, DeployAnswer, DeployRequest, StoredFlow } from "./contract.ts";
import { ApiFailure } from "./failure.ts";

/** Who deploys. */
export type Author = Pick<Caller, "name" | "role">;

export interface DeploymentsOptions {
  readonly store: Store;
  readonly runtime: Pick<Runtime, "apply" | "committed">;
  readonly log: Log;
  compile(flows: readonly FlowDocument[]): Compiled;
  /** Has the streams there that a plan relies on. */
  prepare(streams: Plan["streams"]): Promise<void>;
  /** The least role that may change what programs are started. */
  readonly programRole: Role;
  startsProgram(type: string, config: Readonly<Record<string, unknown>>): boolean;
  /** After the same flows were started anew: some of them may run now that did not before, or the other way round. */
  onRefreshed(plan: Plan): void;
  /** After everything stands. */
  onDeployed(
    flows: readonly { readonly id: string; readonly revision: number }[],
    author: string,
    plan: Plan,
    before: Plan,
  ): void;
}

const noPlan: Plan = { flows: [], streams: [] };

/** All that is deployed, and how it changes. One deployment at a time; each is done wholly or not at all. */
export class Deployments {
  readonly #options: DeploymentsOptions;
  /** What is deployed, by id, without files that cannot be read. */
  #flows = new Map<string, StoredFlow>();
  #unreadable: readonly FlowRecord[] = [];
  #plan = noPlan;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DeploymentsOptions) {
    this.#options = options;
  }

  /** Reads the flow files. Call it once, before anything else; nothing runs yet. */
  load(): void {
    const records = this.#options.store.readFlows();
    this.#unreadable = records.filter(({ document }) => document === undefined);
    for (const { path, problems } of this.#unreadable)
      for (const { message } of problems) this.#options.log.error({ file: path }, `a flow does not run: ${message}`);
    for (const record of records) this.#put(record);
  }

  /**
   * Runs what can run of what was loaded. Whatever keeps a flow from running is logged and stays with the flow; it does
   * not stop the others. Deployments wait for it.
   */
  start(): Promise<void> {
    const done = this.#start();
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #start(): Promise<void> {
    const { plan, problems } = this.#options.compile(this.#documents());
    await this.#options.prepare(plan.streams);
    const { applied, failures } = await this.#applyWhatCan(plan);
    this.#plan = applied;
    this.#say([...problems, ...failures]);
    this.#keepErrors([...problems, ...failures]);
  }

  /** Runs the same flows again with the secrets of now: nodes whose secret changed start anew, no other does. */
  refresh(): Promise<void> {
    const done = this.#last.then(async () => {
      await this.#start();
      this.#options.onRefreshed(this.#plan);
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  flowsWithSecret(name: string): readonly string[] {
    const reference = JSON.stringify({ $secret: name });
    return this.flows()
      .filter(({ document }) => JSON.stringify(document).includes(reference))
      .map(({ document }) => document.id);
  }

  flows(): readonly StoredFlow[] {
    return [...this.#flows.values()];
  }

  flow(id: string): StoredFlow | undefined {
    return this.#flows.get(id);
  }

  plan(): Plan {
    return this.#plan;
  }

  /** A flow that is or was of this gateway does not have the node. False while its file cannot be read. */
  isKnownWithout(flow: string, node: string): boolean {
    const stored = this.#flows.get(flow);
    if (stored !== undefined) return stored.document.nodes.every(({ id }) => id !== node);
    return this.#unreadable.every(({ id }) => id !== flow) && this.#options.store.revisions(flow).length > 0;
  }

  unreadable(): number {
    return this.#unreadable.length;
  }

  /** Compiles a document beside all that are deployed; changes nothing. */
  check(value: unknown): CheckAnswer {
    const read = checkDocument(value, "the document");
    if (!read.ok) return { problems: read.problems, nodes: {} };
    const { id } = read.document;
    const { problems, nodes } = this.#options.compile(this.#documents(new Map([[id, read.document]])));
    return { problems: problems.filter(({ flow }) => flow === undefined || flow === id), nodes: nodes[id] ?? {} };
  }

  /** The plan of one node of a document, deployed or not, with its connection. Throws `ApiFailure` 422 with the problems. */
  planNode(value: unknown, id: string): FlowPlan {
    const read = checkDocument(value, "the document");
    if (!read.ok) throw unusable(read.problems);
    const { document } = read;
    // Alone: what is wrong elsewhere in the document does not matter here.
    const nodes = document.nodes.filter((node) => node.id === id).map((node) => ({ ...node, disabled: false }));
    if (nodes.length === 0) throw new ApiFailure(404, "no-node", `the document has no node "${id}"`);
    const { plan, problems } = this.#options.compile([{ ...document, enabled: true, nodes, wires: [] }]);
    const [flow] = plan.flows;
    if (flow === undefined) throw unusable(problems.filter(({ severity }) => severity === "error"));
    return flow;
  }

  /** Rejects with `ApiFailure`: 409 `ConflictAnswer`, 422 `RefusedAnswer`, 507 when the disk is full. */
  deploy(request: DeployRequest, author: Author): Promise<DeployAnswer> {
    const done = this.#last.then(() => this.#deploy(request, author));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #deploy(request: DeployRequest, { name: author, role }: Author): Promise<DeployAnswer> {
    const changed = readChanges(request);
    this.#noticeEdits(changed);
    this.#refuseConflicts(request);
    const { plan, problems } = this.#options.compile(this.#documents(changed));
    this.#refuseErrors(problems, changed);
    this.#refusePrograms(plan, role);
    const before = this.#plan;
    await this.#options.prepare(plan.streams);
    const applied = await this.#options.runtime.apply(plan);
    if (!applied.ok) throw refused(applied.problems);
    const committed = await this.#commit(request, changed, author, before);
    this.#plan = plan;
    for (const { id, revision, deployedAt } of committed) {
      const document = changed.get(id);
      if (document) this.#flows.set(id, { document, revision, deployedAt, author, problems: [] });
      else this.#flows.delete(id);
    }
    this.#keepErrors(problems);
    this.#tellCommitted();
    const isRemoved = (id: string) => changed.get(id) === null;
    this.#options.onDeployed(
      committed.map(({ id, revision }) => ({ id, revision: isRemoved(id) ? 0 : revision })),
      author,
      plan,
      before,
    );
    return {
      flows: committed.map(({ id, revision }) => ({ id, revision })),
      warnings: problems.filter(({ flow }) => flow !== undefined && changed.has(flow)),
      changes: applied.changes,
    };
  }

  #tellCommitted(): void {
    const documents = this.#documents();
    this.#options.runtime.committed({
      nodes: documents.flatMap(({ id, nodes }) => nodes.map((node) => nodeKey(id, node.id))),
      hasDurableFlow: documents.some(({ delivery }) => delivery === "durable"),
    });
  }

  async #commit(request: DeployRequest, changed: Changes, author: string, before: Plan) {
    const flows = [...changed].map(([id, document]) => ({ id, document }));
    try {
      return this.#options.store.commit({ flows, author, message: request.message ?? "" });
    } catch (error) {
      const back = await this.#options.runtime.apply(before);
      if (!back.ok) this.#options.log.error({ problems: back.problems }, "cannot go back to the flows that ran before");
      throw diskFailure(storeError("store the deployment", error));
    }
  }

  /** A file that was edited since it was read is what the deployment has to be compared with. */
  #noticeEdits(changed: Changes): void {
    const records = new Map(this.#options.store.readFlows().map((record) => [record.id, record]));
    this.#unreadable = [...records.values()].filter(({ document }) => document === undefined);
    const edited = [...changed.keys()].filter((id) => {
      const known = this.#flows.get(id)?.document;
      const found = records.get(id)?.document;
      return (known && writeDocument(known)) !== (found && writeDocument(found));
    });
    if (edited.length === 0) return;
    for (const id of edited) {
      const record = records.get(id);
      if (record?.document === undefined) this.#flows.delete(id);
      else this.#put(record);
    }
    throw this.#conflict(edited, "the flow file was edited on disk since it was read");
  }

  #refuseConflicts({ flows }: DeployRequest): void {
    const outdated = flows.filter(({ id, baseRevision }) => (this.#flows.get(id)?.revision ?? 0) !== baseRevision);
    if (outdated.length > 0)
      throw this.#conflict(
        outdated.map(({ id }) => id),
        "somebody else deployed since this change was begun",
      );
    for (const { id, document } of flows) {
      const broken = this.#unreadable.find((record) => record.id === id);
      if (broken !== undefined)
        throw new ApiFailure(
          409,
          "unreadable-file",
          `${broken.problems[0]?.message ?? broken.path} Mend or remove that file first; it is not overwritten.`,
          { conflicts: [{ id, current: null }] },
        );
      if (document === null && !this.#flows.has(id)) throw new ApiFailure(404, "no-flow", `there is no flow "${id}"`);
    }
  }

  #conflict(ids: readonly string[], why: string): ApiFailure {
    const conflicts = ids.map((id) => ({ id, current: this.#flows.get(id) ?? null }));
    const names = ids.map((id) => `"${id}"`).join(", ");
    return new ApiFailure(409, "conflict", `${names}: ${why}; compare both versions and deploy again`, { conflicts });
  }

  /** A deployment may neither hold an error nor stop a flow that runs. A flow that is not enabled may be unfinished. */
  #refuseErrors(problems: readonly Problem[], changed: Changes): void {
    const running = new Set(this.#plan.flows.map(({ id }) => id));
    const matters = (flow: string) => running.has(flow) || changed.get(flow)?.enabled === true;
    const errors = problems.filter(
      ({ severity, flow }) => severity === "error" && (flow === undefined || matters(flow)),
    );
    if (errors.length === 0) return;
    const warnings = problems.filter(({ severity, flow = "" }) => severity === "warning" && changed.has(flow));
    throw refused([...errors, ...warnings]);
  }

  /** Who may deploy may have the gateway run whatever they like: for programs that is not every editor. */
  #refusePrograms(plan: Plan, role: Role): void {
    const { programRole } = this.#options;
    if (mayActAs(role, programRole)) return;
    const before = this.#programsOf(this.#plan);
    const [added] = [...this.#programsOf(plan)].filter(([node, config]) => before.get(node) !== config);
    if (added === undefined) return;
    throw new ApiFailure(
      403,
      "program",
      `${added[0]} starts a program on the gateway: adding or changing it needs the role ${programRole} (setting sidecars.programs); yours is ${role}`,
    );
  }

  /** By `flow/node`, all that decides what is started. */
  #programsOf({ flows }: Plan): Map<string, string> {
    const { startsProgram } = this.#options;
    return new Map(
      flows.flatMap(({ id, nodes }) =>
        nodes
          .filter(({ type, config }) => startsProgram(type, config))
          .map((node) => [nodeKey(id, node.id), JSON.stringify(node.config)] as const),
      ),
    );
  }

  async #applyWhatCan(plan: Plan): Promise<{ applied: Plan; failures: readonly Problem[] }> {
    const result = await this.#options.runtime.apply(plan);
    if (result.ok) return { applied: plan, failures: [] };
    const failed = new Set(result.problems.map(({ flow }) => flow));
    const flows = plan.flows.filter(({ id }) => !failed.has(id));
    // When nobody says which flow it is, none can be left out.
    const isHopeless = flows.length === 0 || flows.length === plan.flows.length;
    if (isHopeless) return { applied: { ...plan, flows: [] }, failures: result.problems };
    const { applied, failures } = await this.#applyWhatCan({ ...plan, flows });
    return { applied, failures: [...result.problems, ...failures] };
  }

  #say(problems: readonly Problem[]): void {
    for (const { severity, flow, node, message } of problems) {
      const where = { ...(flow === undefined ? {} : { flow }), ...(node === undefined ? {} : { node }) };
      if (severity === "warning") this.#options.log.warn(where, message);
      else this.#options.log.error(where, `a flow does not run: ${message}`);
    }
  }

  #keepErrors(problems: readonly Problem[]): void {
    for (const [id, stored] of this.#flows) {
      const errors = problems.filter(({ severity, flow }) => severity === "error" && flow === id);
      if (errors.length + stored.problems.length > 0) this.#flows.set(id, { ...stored, problems: errors });
    }
  }

  #put({ id, document, revision, author, deployedAt }: FlowRecord): void {
    if (document !== undefined) this.#flows.set(id, { document, revision, author, deployedAt, problems: [] });
  }

  #documents(changed: Changes = new Map()): FlowDocument[] {
    const kept = [...this.#flows.values()].map(({ document }) => document).filter(({ id }) => !changed.has(id));
    return [...kept, ...[...changed.values()].filter((document) => document !== null)];
  }
}

/** `null` removes the flow. */
type Changes = ReadonlyMap<string, FlowDocument | null>;

function readChanges({ flows }: DeployRequest): Changes {
  const changes = new Map<string, FlowDocument | null>();
  const problems: Problem[] = [];
  for (const { id, document } of flows) {
    if (changes.has(id)) throw new ApiFailure(400, "bad-request", `the flow "${id}" is named twice`);
    const read = document === null ? { ok: true as const, document } : checkDocument(document, `flow "${id}"`);
    if (!read.ok) problems.push(...read.problems.map((problem) => ({ ...problem, flow: id })));
    else if (read.document !== null && read.document.id !== id)
      problems.push({
        code: "bad-document",
        severity: "error",
        flow: id,
        path: ["id"],
        message: `the document's id is "${read.document.id}", but it was sent as "${id}": make them the same`,
      });
    changes.set(id, read.ok ? read.document : null);
  }
  if (problems.length > 0) throw refused(problems);
  return changes;
}

function unusable(problems: readonly Problem[]): ApiFailure {
  return new ApiFailure(422, "refused", problems[0]?.message ?? "the node cannot be used as it is", { problems });
}

function refused(problems: readonly Problem[]): ApiFailure {
  const errors = problems.filter(({ severity }) => severity === "error");
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new ApiFailure(422, "refused", `not deployed: ${errors[0]?.message ?? "see the problems"}${more}`, {
    problems,
  });
}

function diskFailure({ kind, message }: StoreError): ApiFailure {
  return new ApiFailure(kind === "full" ? 507 : 500, `disk-${kind}`, `${message} The flows run as before.`);
}
