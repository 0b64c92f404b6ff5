/** The key that secrets are sealed with, in a file of its own. */
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { StoreError, storeError } from "./store-error.ts";

export const keyBytes = 32;

/** Throws `StoreError` when the file cannot be read or holds no key. */
export function keyIn(file: string): Buffer {
  try {
    const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
    if (key.length === keyBytes) return key;
  } catch (error) {
    throw storeError(`read the key of the secrets ${file}`, error);
  }
  throw new StoreError("failed", `${file} does not hold the key of the secrets: put it back from where it was kept`);
}

export function writeKey(file: string, key: Buffer): void {
  try {
    writeFileSync(`${file}.new`, `${key.toString("base64url")}\n`, { mode: 0o600, flush: true });
    chmodSync(`${file}.new`, 0o600);
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw storeError(`write the key of the secrets ${file}`, error);
  }
}

/** Tells whether two keys are the same, and nothing else of them. */
export function keyFingerprint(key: Buffer): string {
  return createHash("sha256").update("sluice secrets key\n").update(key).digest("hex").slice(0, 16);
}
