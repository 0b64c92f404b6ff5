/** How passwords are kept: scrypt with the parameters of the OWASP password storage guide. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** 2^17 × 8 × 128 bytes = 128 MiB, and a quarter of a second of one core, for each hash. */
const exponent = 17;
const blockSize = 8;
const parallelization = 1;
const keyBytes = 32;

/** Each hash takes so much memory that many at a time would be a way to exhaust the gateway. */
const maxWaiting = 8;

/** So many wait already that one more would not be answered in time; the caller is to try again a little later. */
export class TooManyHashesError extends Error {
  override readonly name = "TooManyHashesError";
}

/** Hashes and compares passwords, one at a time, off the main thread. */
export class Passwords {
  readonly #exponent: number;
  #nobody: Promise<string> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Tests hash with less. */
  constructor(costExponent = exponent) {
    this.#exponent = costExponent;
  }

  /** `scrypt$17$8$1$<salt>$<key>`: with its parameters, so that they can grow later. Rejects with `TooManyHashesError`. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#derive(password, salt, this.#exponent, blockSize, parallelization);
    const parts = [this.#exponent, blockSize, parallelization, salt.toString("base64url"), key.toString("base64url")];
    return ["scrypt", ...parts].join("$");
  }

  /** Takes as long for a wrong password as for the right one, and as long for `undefined`, the hash of nobody. */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const [scheme, cost, r, p, salt, key] = (hash ?? (await this.#hashOfNobody())).split("$");
    if (scheme !== "scrypt" || salt === undefined || key === undefined) throw new Error("not a password hash");
    const found = await this.#derive(password, Buffer.from(salt, "base64url"), Number(cost), Number(r), Number(p));
    return timingSafeEqual(found, Buffer.from(key, "base64url")) && hash !== undefined;
  }

  /** Makes the hash of nobody ahead, so that the first sign-in under an unknown name takes no longer than the others. */
  async warmUp(): Promise<void> {
    await this.#hashOfNobody();
  }

  #hashOfNobody(): Promise<string> {
    this.#nobody ??= this.hash(randomBytes(16).toString("base64url"));
    return this.#nobody;
  }

  #derive(password: string, salt: Buffer, cost: number, r: number, p: number): Promise<Buffer> {
    if (this.#waiting >= maxWaiting) return Promise.reject(new TooManyHashesError("too many sign-ins at once"));
    this.#waiting++;
    const key = this.#last.then(() => derive(password, salt, { N: 2 ** cost, r, p }));
    this.#last = key.then(
      () => this.#waiting--,
      () => this.#waiting--,
    );
    return key;
  }
}

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // NFKC, since keyboards and systems write the same letter in different ways (RFC 8265).
    const text = password.normalize("NFKC");
    scrypt(text, salt, keyBytes, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
