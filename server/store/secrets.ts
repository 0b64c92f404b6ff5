/** Secrets, sealed with AES-256-GCM. The key is in a file of its own, so that neither it nor the database is enough alone. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { Database } from "./database.ts";
import { keyBytes, keyFingerprint, keyIn, writeKey } from "./secret-key.ts";
import { StoreError, storeError } from "./store-error.ts";

const nonceBytes = 12;
const tagBytes = 16;

export interface SecretRecord {
  readonly name: string;
  readonly changedBy: string;
  /** RFC 3339. */
  readonly changedAt: string;
}

export class Secrets {
  readonly #database: Database;
  readonly #keyFile: string;
  #key: Buffer | undefined;

  /** The key is made when it is first needed. */
  constructor(database: Database, keyFile: string) {
    this.#database = database;
    this.#keyFile = keyFile;
  }

  list(): SecretRecord[] {
    return this.#database
      .prepare<[], SecretRecord>(
        "SELECT name, changed_by AS changedBy, changed_at AS changedAt FROM secrets ORDER BY name",
      )
      .all();
  }

  names(): ReadonlySet<string> {
    return new Set(this.list().map(({ name }) => name));
  }

  /** Throws `StoreError` when the key cannot be read or does not fit. `undefined`: there is no such secret. */
  reveal(name: string): string | undefined {
    const row = this.#database
      .prepare<[string], { sealed: Buffer }>("SELECT sealed FROM secrets WHERE name = ?")
      .get(name);
    return row && open(name, row.sealed, this.#currentKey(), this.#keyFile);
  }

  set(name: string, value: string, changedBy: string): void {
    const sealed = seal(name, value, this.#currentKey());
    this.#database
      .prepare(
        `INSERT INTO secrets (name, sealed, changed_by, changed_at) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET sealed = excluded.sealed, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      )
      .run(name, sealed, changedBy, new Date().toISOString());
  }

  /** False when there was none. */
  remove(name: string): boolean {
    return this.#database.prepare("DELETE FROM secrets WHERE name = ?").run(name).changes > 0;
  }

  /** Seals everything with a new key. A crash in between leaves the old key beside the new one as `*.old`. */
  rotateKey(): number {
    const old = this.#currentKey();
    const next = randomBytes(keyBytes);
    const rows = this.#database.prepare<[], { name: string; sealed: Buffer }>("SELECT name, sealed FROM secrets").all();
    const update = this.#database.prepare("UPDATE secrets SET sealed = ? WHERE name = ?");
    const write = this.#database.transaction(() => {
      for (const { name, sealed } of rows) update.run(seal(name, open(name, sealed, old, this.#keyFile), next), name);
      writeKey(`${this.#keyFile}.old`, old);
      writeKey(this.#keyFile, next);
    });
    try {
      write.exclusive();
    } catch (error) {
      writeKey(this.#keyFile, old);
      throw storeError("change the key of the secrets", error);
    }
    this.#key = next;
    return rows.length;
  }

  /** To recognise the key by, in backups; `undefined` when there is none yet. */
  keyFingerprint(): string | undefined {
    return existsSync(this.#keyFile) ? keyFingerprint(this.#currentKey()) : undefined;
  }

  #currentKey(): Buffer {
    this.#key ??= this.#readKey();
    return this.#key;
  }

  #readKey(): Buffer {
    if (!existsSync(this.#keyFile)) {
      if (this.list().length > 0)
        throw new StoreError(
          "failed",
          `the key of the secrets, ${this.#keyFile}, is missing: put it back from a backup, or store each secret anew`,
        );
      writeKey(this.#keyFile, randomBytes(keyBytes));
    }
    return keyIn(this.#keyFile);
  }
}

/** The name is sealed in with the value: a row put under another name does not open. */
function seal(name: string, value: string, key: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(name));
  const text = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function open(name: string, sealed: Buffer, key: Buffer, keyFile: string): string {
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(name))
    .setAuthTag(tag);
  try {
    return decipher.update(sealed.subarray(nonceBytes + tagBytes), undefined, "utf8") + decipher.final("utf8");
  } catch (error) {
    throw new StoreError(
      "failed",
      `the secret "${name}" was not sealed with the key in ${keyFile}: put back that key, or store the secret anew`,
      { cause: error },
    );
  }
}
