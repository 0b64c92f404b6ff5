/** The alarm journal: one row for each occurrence as it stands now, and every event of it in rows that are only ever added. */
import type { Database } from "./database.ts";

/** An occurrence as the last message about it said. Times are RFC 3339. */
export interface AlarmRow {
  /** Of the occurrence: the `id` of its alerts. */
  readonly id: string;
  /** Which node told of it; both empty for an alert of somebody else. */
  readonly flow: string;
  readonly node: string;
  readonly rule: string;
  readonly ruleName: string;
  readonly device: string;
  readonly key: string;
  /** Of the rule's limits; empty where it has one. */
  readonly limit: string;
  readonly level: string;
  readonly category: string;
  readonly priority: string;
  readonly message: string;
  /** The latest. */
  readonly value: unknown;
  /** When it was raised. */
  readonly raisedValue: unknown;
  readonly isActive: boolean;
  /** As ISA-18.2 calls it. */
  readonly state: string;
  readonly isAcknowledged: boolean;
  readonly raisedAt: string;
  readonly changedAt: string;
  readonly clearedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: string | null;
  readonly shelvedUntil: string | null;
  readonly comment: string | null;
}

export interface AlarmJournalEntry {
  readonly alarm: string;
  readonly at: string;
  readonly event: string;
  /** Who, when it was a person. */
  readonly by: string | null;
  readonly comment: string | null;
  readonly state: string;
  readonly value: unknown;
}

/** An event with what it is about, for a list of all of them. */
export interface AlarmEventRow extends AlarmJournalEntry {
  /** Counts all events of this gateway. */
  readonly id: number;
  readonly ruleName: string;
  readonly device: string;
  readonly key: string;
  readonly level: string;
  readonly message: string;
}

/** `current`: not over, or not seen by anybody yet. */
export type AlarmFilter = "current" | "active" | "unacknowledged" | "shelved" | "all";

export interface AlarmQuery {
  readonly show: AlarmFilter;
  readonly level?: string;
  readonly device?: string;
  /** Part of the message, the rule's name, the device or the key. */
  readonly text?: string;
  readonly limit: number;
}

export interface AlarmEventQuery extends Pick<AlarmQuery, "level" | "text" | "limit"> {
  readonly before?: number;
}

export interface AlarmCounts {
  readonly active: number;
  readonly unacknowledged: number;
  /** Both: what somebody has to look at now. */
  readonly activeUnacknowledged: number;
  readonly shelved: number;
}

/** Occurrences that are over and seen are forgotten beyond so many, with their events. */
const keptOver = 20_000;
const pruneEvery = 1_000;

const columns = [
  ["id", "id"],
  ["flow", "flow"],
  ["node", "node"],
  ["rule", "rule"],
  ["rule_name", "ruleName"],
  ["device", "device"],
  ["key", "key"],
  ["limit_name", "limit"],
  ["level", "level"],
  ["category", "category"],
  ["priority", "priority"],
  ["message", "message"],
  ["value", "value"],
  ["raised_value", "raisedValue"],
  ["is_active", "isActive"],
  ["state", "state"],
  ["is_acknowledged", "isAcknowledged"],
  ["raised_at", "raisedAt"],
  ["changed_at", "changedAt"],
  ["cleared_at", "clearedAt"],
  ["acknowledged_by", "acknowledgedBy"],
  ["acknowledged_at", "acknowledgedAt"],
  ["shelved_until", "shelvedUntil"],
  ["comment", "comment"],
] as const;
const selected = columns.map(([column, name]) => `${column} AS "${name}"`).join(", ");
const isCurrent = "(is_active = 1 OR state IN ('returned-unacknowledged', 'shelved'))";
const where: Readonly<Record<AlarmFilter, string>> = {
  current: isCurrent,
  active: "is_active = 1",
  unacknowledged: `is_acknowledged = 0 AND ${isCurrent}`,
  shelved: "state = 'shelved'",
  all: "1 = 1",
};

const severity = "CASE level WHEN 'critical' THEN 0 WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END";
/** Parameters: `@pattern`. */
const fits = `(@pattern IS NULL OR message LIKE @pattern ESCAPE '\\' OR rule_name LIKE @pattern ESCAPE '\\'
  OR device LIKE @pattern ESCAPE '\\' OR key LIKE @pattern ESCAPE '\\')`;

type Values = Readonly<Record<string, string | number | null>>;

export class Alarms {
  readonly #database: Database;
  #added = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: string): AlarmRow | undefined {
    const row = this.#database.prepare<[string], Values>(`SELECT ${selected} FROM alarms WHERE id = ?`).get(id);
    return row && fromRow(row);
  }

  /** Stores what changed, all or nothing, in order. When it returns it is on disk. */
  record(changes: readonly { readonly alarm: AlarmRow; readonly entry: AlarmJournalEntry }[]): void {
    const names = columns.map(([column]) => column);
    const put = this.#database.prepare<Values>(
      `INSERT OR REPLACE INTO alarms (${names.join(", ")}) VALUES (${columns.map(([, name]) => `@${name}`).join(", ")})`,
    );
    const add = this.#database.prepare<Values>(
      `INSERT INTO alarm_journal (alarm, at, event, by, comment, state, value)
       VALUES (@alarm, @at, @event, @by, @comment, @state, @value)`,
    );
    const write = this.#database.transaction(() => {
      for (const { alarm, entry } of changes) {
        put.run({
          ...alarm,
          value: JSON.stringify(alarm.value ?? null),
          raisedValue: JSON.stringify(alarm.raisedValue ?? null),
          isActive: Number(alarm.isActive),
          isAcknowledged: Number(alarm.isAcknowledged),
        });
        add.run({ ...entry, value: JSON.stringify(entry.value ?? null) });
      }
      this.#added += changes.length;
      if (this.#added >= pruneEvery) this.#prune();
    });
    write.immediate();
  }

  /** What is active and unacknowledged first, then what is active; of these the most severe, then the newest. */
  list({ show, level, device, text, limit }: AlarmQuery): AlarmRow[] {
    const pattern = patternOf(text);
    return this.#database
      .prepare<Values, Values>(
        `SELECT ${selected} FROM alarms
         WHERE ${where[show]} AND (@level IS NULL OR level = @level) AND (@device IS NULL OR device = @device)
           AND ${fits}
         ORDER BY is_active DESC, state = 'shelved', is_acknowledged, ${severity}, raised_at DESC LIMIT @limit`,
      )
      .all({ level: level ?? null, device: device ?? null, pattern, limit })
      .map(fromRow);
  }

  counts(): AlarmCounts {
    const count = (condition: string) =>
      this.#database.prepare<[], { n: number }>(`SELECT count(*) AS n FROM alarms WHERE ${condition}`).get()?.n ?? 0;
    return {
      active: count(where.active),
      unacknowledged: count(where.unacknowledged),
      activeUnacknowledged: count("state = 'active-unacknowledged'"),
      shelved: count(where.shelved),
    };
  }

  /** Of these nodes, those that are not over or not seen yet. */
  currentOf(isMeant: (flow: string, node: string) => boolean): AlarmRow[] {
    return this.#database
      .prepare<[], Values>(`SELECT ${selected} FROM alarms WHERE ${isCurrent} AND node <> ''`)
      .all()
      .map(fromRow)
      .filter(({ flow, node }) => isMeant(flow, node));
  }

  /** What happened to all alarms, newest first; before the event with that id, when one is given. */
  events({ level, text, limit, before }: AlarmEventQuery): AlarmEventRow[] {
    return this.#database
      .prepare<Values, Values>(
        `SELECT j.id, j.alarm, j.at, j.event, j.by, j.comment, j.state, j.value, a.rule_name AS "ruleName", a.device, a.key,
           a.level, a.message
         FROM alarm_journal AS j JOIN alarms AS a ON a.id = j.alarm
         WHERE (@before IS NULL OR j.id < @before) AND (@level IS NULL OR level = @level)
           AND (${fits} OR j.by LIKE @pattern ESCAPE '\\' OR j.comment LIKE @pattern ESCAPE '\\')
         ORDER BY j.id DESC LIMIT @limit`,
      )
      .all({ level: level ?? null, pattern: patternOf(text), before: before ?? null, limit })
      .map((row) => ({ ...row, value: JSON.parse(String(row["value"])) }) as unknown as AlarmEventRow);
  }

  /** Oldest first. */
  journal(alarm: string): AlarmJournalEntry[] {
    return this.#database
      .prepare<[string], Values>(
        "SELECT alarm, at, event, by, comment, state, value FROM alarm_journal WHERE alarm = ? ORDER BY id LIMIT 1000",
      )
      .all(alarm)
      .map((row) => ({ ...row, value: JSON.parse(String(row["value"])) }) as AlarmJournalEntry);
  }

  /** When alarms were raised since that time, RFC 3339, oldest first; the latest 10,000 at most. */
  raisedSince(since: string): string[] {
    return this.#database
      .prepare<[string], { at: string }>(
        "SELECT at FROM alarm_journal WHERE event = 'raised' AND at >= ? ORDER BY at DESC LIMIT 10000",
      )
      .all(since)
      .map(({ at }) => at)
      .reverse();
  }

  #prune(): void {
    this.#added = 0;
    this.#database.exec(`DELETE FROM alarms WHERE id IN (
      SELECT id FROM alarms WHERE NOT ${isCurrent} ORDER BY changed_at DESC LIMIT -1 OFFSET ${keptOver});
      DELETE FROM alarm_journal WHERE alarm NOT IN (SELECT id FROM alarms)`);
  }
}

function fromRow(row: Values): AlarmRow {
  return {
    ...row,
    value: JSON.parse(String(row["value"])),
    raisedValue: JSON.parse(String(row["raisedValue"])),
    isActive: row["isActive"] === 1,
    isAcknowledged: row["isAcknowledged"] === 1,
  } as unknown as AlarmRow;
}

function patternOf(text: string | undefined): string | null {
  return text === undefined ? null : `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
