/** Opens the database: safe settings, the schema of this version, and a corrupt file moved out of the way. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import type { Log } from "../log.ts";
import { StoreError, storeError } from "./store-error.ts";

export type Database = Sqlite.Database;

/** `migrations[n]` brings a database of `user_version` n to n + 1. Never change one that was released: add one. */
const migrations: readonly string[] = [
  `CREATE TABLE deployments (
     id INTEGER PRIMARY KEY,
     author TEXT NOT NULL,
     message TEXT NOT NULL,
     deployed_at TEXT NOT NULL,
     -- 0 from the commit of the rows until the flow files stand: a start that finds 0 writes the files.
     files_written INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE flow_revisions (
     flow TEXT NOT NULL,
     revision INTEGER NOT NULL,
     deployment INTEGER NOT NULL REFERENCES deployments (id),
     -- The text of the flow file; NULL when this revision removed the flow.
     document TEXT,
     PRIMARY KEY (flow, revision)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE node_state (
     flow TEXT NOT NULL,
     node TEXT NOT NULL,
     entry TEXT NOT NULL,
     basis TEXT NOT NULL,
     state TEXT NOT NULL,
     PRIMARY KEY (flow, node, entry)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE users (
     name TEXT PRIMARY KEY COLLATE NOCASE,
     role TEXT NOT NULL,
     password_hash TEXT NOT NULL,
     is_disabled INTEGER NOT NULL DEFAULT 0,
     created_at TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   -- Browsers' sessions and programs' tokens. Only hashes are kept: whoever has this file cannot sign in with it.
   CREATE TABLE credentials (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL,
     secret_hash TEXT NOT NULL UNIQUE,
     -- The user of a session; who made a token.
     user TEXT NOT NULL REFERENCES users (name) ON UPDATE CASCADE ON DELETE CASCADE,
     -- Of a token; a session has its user's role of the moment.
     role TEXT,
     title TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     last_used_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE secrets (
     name TEXT PRIMARY KEY,
     sealed BLOB NOT NULL,
     changed_by TEXT NOT NULL,
     changed_at TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE audit (
     id INTEGER PRIMARY KEY,
     at TEXT NOT NULL,
     actor TEXT NOT NULL,
     address TEXT NOT NULL,
     action TEXT NOT NULL,
     target TEXT NOT NULL,
     outcome TEXT NOT NULL,
     detail TEXT NOT NULL,
     -- SHA-256 over this row and the hash of the row before it.
     hash TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE dead_letter_actions (
     id INTEGER PRIMARY KEY,
     at TEXT NOT NULL,
     who TEXT NOT NULL,
     action TEXT NOT NULL,
     flow TEXT NOT NULL,
     node TEXT NOT NULL,
     sequence INTEGER NOT NULL,
     subject TEXT NOT NULL,
     error TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE alarms (
     id TEXT PRIMARY KEY,
     rule TEXT NOT NULL,
     rule_name TEXT NOT NULL,
     device TEXT NOT NULL,
     key TEXT NOT NULL,
     limit_name TEXT NOT NULL,
     level TEXT NOT NULL,
     category TEXT NOT NULL,
     priority TEXT NOT NULL,
     message TEXT NOT NULL,
     -- JSON.
     value TEXT NOT NULL,
     is_active INTEGER NOT NULL,
     state TEXT NOT NULL,
     is_acknowledged INTEGER NOT NULL,
     raised_at TEXT NOT NULL,
     changed_at TEXT NOT NULL,
     cleared_at TEXT,
     acknowledged_by TEXT,
     acknowledged_at TEXT,
     shelved_until TEXT,
     comment TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX alarms_by_state ON alarms (is_active, is_acknowledged, changed_at);
   CREATE TABLE alarm_journal (
     id INTEGER PRIMARY KEY,
     alarm TEXT NOT NULL,
     at TEXT NOT NULL,
     event TEXT NOT NULL,
     by TEXT,
     comment TEXT,
     state TEXT NOT NULL,
     value TEXT NOT NULL
   ) STRICT;
   CREATE INDEX alarm_journal_by_alarm ON alarm_journal (alarm);
   CREATE INDEX alarm_journal_raised ON alarm_journal (at) WHERE event = 'raised';`,
  `-- The node whose rule has it; empty where the message named none.
   ALTER TABLE alarms ADD COLUMN flow TEXT NOT NULL DEFAULT '';
   ALTER TABLE alarms ADD COLUMN node TEXT NOT NULL DEFAULT '';
   ALTER TABLE alarms ADD COLUMN raised_value TEXT NOT NULL DEFAULT 'null';
   UPDATE alarms SET raised_value = coalesce(
     (SELECT value FROM alarm_journal WHERE alarm = alarms.id AND event = 'raised' ORDER BY id LIMIT 1), value);`,
];

/** How long a gateway that is just ending may take to let go of the database. */
const lockTimeoutMs = 1_500;

/**
 * The database, locked for this process: it is also what keeps two gateways from sharing a data folder. A corrupt file
 * is renamed to `*.corrupt-<time>` and replaced by an empty one, since the flow files are what runs.
 * Throws `StoreError` when it cannot be opened.
 */
export function openDatabase(file: string, log: Log): Database {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const sound = openSound(file);
    if (sound !== undefined) return sound;
    const moved = `${file}.corrupt-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    for (const suffix of ["", "-wal", "-shm"]) if (existsSync(file + suffix)) renameSync(file + suffix, moved + suffix);
    log.error(
      { file, moved },
      "the database was damaged and has been moved aside; flows run from their files, their history starts anew",
    );
    return openSound(file) ?? fail(file);
  } catch (error) {
    const failure = storeError(`open the database ${file}`, error);
    if (failure.kind !== "busy") throw failure;
    const message = `another gateway is using the data folder ${dirname(file)}; stop it, or give this one its own with --set data_dir=…`;
    throw new StoreError("busy", message, { cause: error });
  }
}

/** One that must be there and be sound, for this process alone. Throws `StoreError`. */
export function openExisting(file: string): Database {
  const database = existsSync(file) ? openSound(file) : undefined;
  if (database === undefined) throw new StoreError("failed", `the database ${file} is missing or damaged`);
  return database;
}

function fail(file: string): never {
  throw new StoreError("failed", `a new database at ${file} is damaged at once: check the disk`);
}

/** `undefined` when the file is damaged. */
function openSound(file: string): Database | undefined {
  const database = new Sqlite(file, { timeout: lockTimeoutMs });
  try {
    database.pragma("locking_mode = EXCLUSIVE");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.pragma("trusted_schema = OFF");
    if (database.pragma("quick_check", { simple: true }) === "ok") {
      migrate(database, file);
      return database;
    }
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : "";
    if (!/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
      database.close();
      throw error;
    }
  }
  database.close();
  return undefined;
}

function migrate(database: Database, file: string): void {
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version > migrations.length)
    throw new StoreError(
      "failed",
      `the database ${file} was made by a newer version of the gateway: use that version, or move the file away`,
    );
  database
    .transaction(() => {
      for (const step of migrations.slice(version)) database.exec(step);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .exclusive();
}
