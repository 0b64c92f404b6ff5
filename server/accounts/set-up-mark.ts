/**
 * That this gateway once had its first user, in a file beside the database: a database that is lost takes all users with
 * it, and whoever comes next must not become the admin by that.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const setUpMarkFile = (dataDir: string) => join(dataDir, "has-users");

export class SetUpMark {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  isSet(): boolean {
    return existsSync(this.#file);
  }

  set(): void {
    if (!this.isSet())
      writeFileSync(this.#file, "This gateway has had users. See: sluice accounts reset\n", {
        mode: 0o600,
        flush: true,
      });
  }

  /** The next start makes a first user again. */
  remove(): void {
    rmSync(this.#file, { force: true });
  }
}
