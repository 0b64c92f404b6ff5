/** What outlives a restart: the flow files, which are what runs, and in SQLite the history of all deployments, what nodes remember, users, secrets and the audit trail. */
import { join } from "node:path";
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Problem } from "../../flows/format/problem.ts";
import { type ReadResult, readDocument } from "../../flows/format/read.ts";
import { writeDocument } from "../../flows/format/write.ts";
import type { Log } from "../log.ts";
import { Alarms } from "./alarms.ts";
import { AuditTrail } from "./audit-trail.ts";
import { type Database, openDatabase } from "./database.ts";
import { DeadLetterActions } from "./dead-letter-actions.ts";
import { type FlowFile, FlowFiles } from "./flow-files.ts";
import { NodeStates } from "./node-states.ts";
import { Secrets } from "./secrets.ts";
import { storeError } from "./store-error.ts";
import { Users } from "./users.ts";

/** A file of the flows folder with what the history knows of it. */
export interface FlowRecord {
  readonly id: string;
  readonly path: string;
  /** `undefined` when the file cannot be read; `problems` say why. */
  readonly document: FlowDocument | undefined;
  readonly problems: readonly Problem[];
  /** The flow's last deployment; 0 = never deployed. A file edited by hand keeps the number and has the author `file`. */
  readonly revision: number;
  readonly author: string;
  /** RFC 3339: of the deployment, or of the file when it was edited by hand. */
  readonly deployedAt: string;
}

export interface RevisionRecord {
  readonly revision: number;
  readonly author: string;
  readonly message: string;
  readonly deployedAt: string;
  /** As it was deployed; `undefined` when this revision removed the flow. */
  readonly text: string | undefined;
}

export interface Commit {
  /** `null` removes the flow. */
  readonly flows: readonly { readonly id: string; readonly document: FlowDocument | null }[];
  readonly author: string;
  readonly message: string;
}

export interface Store {
  readonly nodeStates: NodeStates;
  readonly users: Users;
  readonly audit: AuditTrail;
  readonly alarms: Alarms;
  readonly secrets: Secrets;
  readonly deadLetterActions: DeadLetterActions;
  /** Reads the flows folder. A file that cannot be read does not stop the others. */
  readFlows(): readonly FlowRecord[];
  /** True before the first deployment, with no flow file: a gateway that was never used. */
  isUnused(): boolean;
  /**
   * Stores all documents or none, as files and as revisions. When it returns, they are on disk; when it throws
   * `StoreError`, everything is as before. Answers the new records, without those that were removed, and the numbers.
   */
  commit(commit: Commit): readonly { readonly id: string; readonly revision: number; readonly deployedAt: string }[];
  /** Newest first. */
  revisions(flow: string): readonly Omit<RevisionRecord, "text">[];
  revision(flow: string, revision: number): RevisionRecord | undefined;
  /** Writes a copy of the database of one moment, while others go on writing. Rejects with `StoreError`. */
  backup(file: string): Promise<void>;
  close(): void;
}

export interface StoreOptions {
  readonly dataDir: string;
  readonly flowsDir: string;
  readonly log: Log;
}

/** Throws `StoreError` when a folder or the database cannot be used; the caller ends, saying so. */
export function openStore({ dataDir, flowsDir, log }: StoreOptions): Store {
  const database = openDatabase(join(dataDir, "sluice.db"), log);
  try {
    const secrets = new Secrets(database, join(dataDir, "secrets.key"));
    return new SqliteStore(database, new FlowFiles(flowsDir), secrets, log);
  } catch (error) {
    database.close();
    throw error;
  }
}

interface RevisionRow {
  readonly flow: string;
  readonly revision: number;
  readonly document: string | null;
  readonly author: string;
  readonly message: string;
  readonly deployed_at: string;
}

const selectRevisions = `SELECT flow, revision, document, author, message, deployed_at
  FROM flow_revisions JOIN deployments ON deployments.id = deployment`;

class SqliteStore implements Store {
  readonly nodeStates: NodeStates;
  readonly users: Users;
  readonly audit: AuditTrail;
  readonly alarms: Alarms;
  readonly secrets: Secrets;
  readonly deadLetterActions: DeadLetterActions;
  readonly #database: Database;
  readonly #files: FlowFiles;
  readonly #log: Log;

  constructor(database: Database, files: FlowFiles, secrets: Secrets, log: Log) {
    this.nodeStates = new NodeStates(database);
    this.users = new Users(database);
    this.audit = new AuditTrail(database);
    this.alarms = new Alarms(database);
    this.secrets = secrets;
    this.deadLetterActions = new DeadLetterActions(database);
    this.#database = database;
    this.#files = files;
    this.#log = log;
    this.#finishDeployment();
  }

  readFlows(): FlowRecord[] {
    return this.#files.list().map((file) => this.#record(file));
  }

  isUnused(): boolean {
    const { count } = this.#database
      .prepare<[], { count: number }>("SELECT count(*) AS count FROM deployments")
      .get() ?? {
      count: 0,
    };
    return count === 0 && this.#files.list().length === 0;
  }

  /**
   * The transaction decides: before it, a crash leaves the old files and rows; after it, the new rows, and the next
   * start writes the files. Texts are staged first, so that a full disk is noticed before anything counts.
   */
  commit({ flows, author, message }: Commit): { id: string; revision: number; deployedAt: string }[] {
    const deployedAt = new Date().toISOString();
    const changes = flows.map(({ id, document }) => ({ id, text: document === null ? null : writeDocument(document) }));
    const staged = this.#files.stage(changes);
    const insert = this.#database.transaction(() => {
      const deployment = this.#database
        .prepare("INSERT INTO deployments (author, message, deployed_at) VALUES (?, ?, ?)")
        .run(author, message, deployedAt).lastInsertRowid;
      const revision = this.#database.prepare(
        "INSERT INTO flow_revisions (flow, revision, deployment, document) VALUES (?, ?, ?, ?)",
      );
      const numbers = changes.map(({ id, text }) => {
        const next = (this.#lastRevision(id)?.revision ?? 0) + 1;
        revision.run(id, next, deployment, text);
        return { id, revision: next, deployedAt };
      });
      return { deployment, numbers };
    });
    let committed: ReturnType<typeof insert>;
    try {
      committed = insert.exclusive();
    } catch (error) {
      staged.discard();
      throw storeError("store the deployment in the database", error);
    }
    try {
      staged.publish();
    } catch (error) {
      this.#undo(committed.deployment);
      throw error;
    }
    try {
      this.#database.prepare("UPDATE deployments SET files_written = 1 WHERE id = ?").run(committed.deployment);
    } catch (err) {
      // Rows and files stand and agree, so the deployment counts; the next start writes the same files once more.
      this.#log.warn({ err }, "cannot note that the flow files were written");
    }
    return committed.numbers;
  }

  revisions(flow: string): Omit<RevisionRecord, "text">[] {
    return this.#database
      .prepare<[string], Omit<RevisionRow, "document">>(
        `SELECT flow, revision, author, message, deployed_at
         FROM flow_revisions JOIN deployments ON deployments.id = deployment
         WHERE flow = ? ORDER BY revision DESC`,
      )
      .all(flow)
      .map(({ revision, author, message, deployed_at }) => ({ revision, author, message, deployedAt: deployed_at }));
  }

  revision(flow: string, revision: number): RevisionRecord | undefined {
    const row = this.#database
      .prepare<[string, number], RevisionRow>(`${selectRevisions} WHERE flow = ? AND revision = ?`)
      .get(flow, revision);
    if (row === undefined) return undefined;
    const { author, message, deployed_at, document } = row;
    return { revision, author, message, deployedAt: deployed_at, text: document ?? undefined };
  }

  async backup(file: string): Promise<void> {
    try {
      await this.#database.backup(file);
    } catch (error) {
      throw storeError(`copy the database to ${file}`, error);
    }
  }

  close(): void {
    this.#database.close();
  }

  #lastRevision(flow: string): RevisionRow | undefined {
    return this.#database
      .prepare<[string], RevisionRow>(`${selectRevisions} WHERE flow = ? ORDER BY revision DESC LIMIT 1`)
      .get(flow);
  }

  #record(file: FlowFile): FlowRecord {
    const { id, path, text, changedAt } = file;
    const last = this.#lastRevision(id);
    const asDeployed = last !== undefined && last.document === text;
    const read = readFlow(file);
    return {
      id,
      path,
      document: read.ok ? read.document : undefined,
      problems: read.ok ? [] : read.problems.map((problem) => ({ ...problem, flow: id })),
      revision: last?.revision ?? 0,
      author: asDeployed ? last.author : "file",
      deployedAt: asDeployed ? last.deployed_at : changedAt,
    };
  }

  #undo(deployment: number | bigint): void {
    this.#database
      .transaction(() => {
        this.#database.prepare("DELETE FROM flow_revisions WHERE deployment = ?").run(deployment);
        this.#database.prepare("DELETE FROM deployments WHERE id = ?").run(deployment);
      })
      .exclusive();
  }

  /** Writes the files of a deployment that was interrupted between its transaction and its files. */
  #finishDeployment(): void {
    const rows = this.#database
      .prepare<[], RevisionRow>(`${selectRevisions} WHERE files_written = 0`)
      .all()
      .filter((row) => row.revision === this.#lastRevision(row.flow)?.revision);
    if (rows.length > 0) {
      this.#files.stage(rows.map(({ flow, document }) => ({ id: flow, text: document }))).publish();
      this.#log.warn({ flows: rows.map(({ flow }) => flow) }, "finished a deployment that was interrupted");
    }
    this.#database.prepare("UPDATE deployments SET files_written = 1 WHERE files_written = 0").run();
  }
}

function readFlow({ id, path, text, error }: FlowFile): ReadResult {
  const refuse = (code: string, message: string): ReadResult => ({
    ok: false,
    problems: [{ code, severity: "error", message }],
  });
  if (text === undefined) return refuse("unreadable-file", error);
  const read = readDocument(text, path);
  if (!read.ok || read.document.id === id) return read;
  return refuse(
    "file-name",
    `${path} holds the flow "${read.document.id}": rename the file to ${read.document.id}.flow.json, or set its "id" to "${id}"`,
  );
}
