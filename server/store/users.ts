/** Users, and the credentials they come with: sessions of browsers, tokens of programs. Rows only; rules are in `accounts/`. */
import type { Database } from "./database.ts";

export interface UserRecord {
  /** Unique whatever the case of its letters. */
  readonly name: string;
  readonly role: string;
  readonly passwordHash: string;
  readonly isDisabled: boolean;
  /** RFC 3339. */
  readonly createdAt: string;
}

export interface CredentialRecord {
  readonly id: string;
  readonly kind: "session" | "token";
  readonly secretHash: string;
  readonly user: string;
  /** Of a token; `null` for a session, which has its user's role of the moment. */
  readonly role: string | null;
  /** What a person knows it by: the browser, or what the token is for. */
  readonly title: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
}

const userColumns = `name, role, password_hash AS passwordHash, is_disabled AS isDisabled, created_at AS createdAt`;
const credentialColumns = `id, kind, secret_hash AS secretHash, user, role, title, created_at_ms AS createdAtMs,
  last_used_at_ms AS lastUsedAtMs, expires_at_ms AS expiresAtMs`;

type UserRow = Omit<UserRecord, "isDisabled"> & { readonly isDisabled: number };

export class Users {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  users(): UserRecord[] {
    return this.#database.prepare<[], UserRow>(`SELECT ${userColumns} FROM users ORDER BY name`).all().map(userOf);
  }

  user(name: string): UserRecord | undefined {
    const row = this.#database.prepare<[string], UserRow>(`SELECT ${userColumns} FROM users WHERE name = ?`).get(name);
    return row && userOf(row);
  }

  /** False when there is one of that name already. */
  addUser({ name, role, passwordHash, isDisabled, createdAt }: UserRecord): boolean {
    const insert = this.#database.prepare(
      "INSERT INTO users (name, role, password_hash, is_disabled, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    return insert.run(name, role, passwordHash, Number(isDisabled), createdAt).changes === 1;
  }

  /** Changes what is given. */
  changeUser(name: string, change: Partial<Pick<UserRecord, "role" | "passwordHash" | "isDisabled">>): void {
    const { role = null, passwordHash = null, isDisabled } = change;
    this.#database
      .prepare(
        `UPDATE users SET role = coalesce(?, role), password_hash = coalesce(?, password_hash),
           is_disabled = coalesce(?, is_disabled) WHERE name = ?`,
      )
      .run(role, passwordHash, isDisabled === undefined ? null : Number(isDisabled), name);
  }

  /** With all credentials. */
  removeUser(name: string): void {
    this.#database.prepare("DELETE FROM users WHERE name = ?").run(name);
  }

  credentials(kind: CredentialRecord["kind"]): CredentialRecord[] {
    return this.#database
      .prepare<[string], CredentialRecord>(
        `SELECT ${credentialColumns} FROM credentials WHERE kind = ? ORDER BY created_at_ms DESC`,
      )
      .all(kind);
  }

  credentialByHash(secretHash: string): CredentialRecord | undefined {
    return this.#database
      .prepare<[string], CredentialRecord>(`SELECT ${credentialColumns} FROM credentials WHERE secret_hash = ?`)
      .get(secretHash);
  }

  addCredential(record: CredentialRecord): void {
    const { id, kind, secretHash, user, role, title, createdAtMs, lastUsedAtMs, expiresAtMs } = record;
    this.#database
      .prepare(
        `INSERT INTO credentials
           (id, kind, secret_hash, user, role, title, created_at_ms, last_used_at_ms, expires_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(id, kind, secretHash, user, role, title, createdAtMs, lastUsedAtMs, expiresAtMs);
  }

  noteUse(id: string, lastUsedAtMs: number): void {
    this.#database.prepare("UPDATE credentials SET last_used_at_ms = ? WHERE id = ?").run(lastUsedAtMs, id);
  }

  removeCredential(id: string): void {
    this.#database.prepare("DELETE FROM credentials WHERE id = ?").run(id);
  }

  /** Sessions that were not used since `idleSinceMs`, and all that is past its end. */
  removeExpired(nowMs: number, idleSinceMs: number): void {
    this.#database
      .prepare("DELETE FROM credentials WHERE expires_at_ms <= ? OR (kind = 'session' AND last_used_at_ms < ?)")
      .run(nowMs, idleSinceMs);
  }
}

function userOf(row: UserRow): UserRecord {
  return { ...row, isDisabled: row.isDisabled !== 0 };
}
