/** The one-time link that makes whoever can read this machine's terminal, or its data folder, the first user. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import type { Clock } from "../../nodes/contract/clock.ts";

const validMs = 30 * 60_000;

export class SetupLink {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #token = randomBytes(32).toString("base64url");
  readonly #endsMs: number;
  #isUsed = false;

  /** `file`: where the link is kept for whoever did not see it printed; only the gateway's user can read it. */
  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
    this.#endsMs = clock.monotonic() + validMs;
  }

  /** The link below the gateway's address, also written to the file. The token is in the fragment, which no log sees. */
  publish(gatewayUrl: string): string {
    const link = `${gatewayUrl}/#setup=${this.#token}`;
    rmSync(this.#file, { force: true });
    writeFileSync(this.#file, `${link}\n`, { mode: 0o600, flag: "wx" });
    return link;
  }

  isOver(): boolean {
    return this.#isUsed || this.#clock.monotonic() >= this.#endsMs;
  }

  matches(token: string): boolean {
    return !this.isOver() && timingSafeEqual(sha256(token), sha256(this.#token));
  }

  /** It opens nothing any more. */
  use(): void {
    this.#isUsed = true;
    rmSync(this.#file, { force: true });
  }
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
