/** Requests that were answered, by the key their sender gave them, so that one that comes again is not taken twice. */
import { createHash } from "node:crypto";
import type { Clock } from "../../contract/clock.ts";
import type { HookAnswer } from "../../contract/connector.ts";

/** Beyond this the oldest keys are forgotten. */
const maxKeys = 10_000;

interface Remembered {
  readonly digest: string;
  readonly answer: Promise<HookAnswer>;
  readonly untilMs: number;
}

export class AnsweredKeys {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #keys = new Map<string, Remembered>();

  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  /**
   * The answer to the first request with the key, also while that one is under way. Only success is remembered. A key
   * with another body is answered 422, as draft-ietf-httpapi-idempotency-key-header wants.
   */
  async once(key: string, body: Uint8Array, handle: () => Promise<HookAnswer>): Promise<HookAnswer> {
    const nowMs = this.#clock.monotonic();
    const digest = createHash("sha256").update(body).digest("base64");
    const known = this.#keys.get(key);
    if (known !== undefined && known.untilMs > nowMs) {
      if (known.digest !== digest)
        return {
          status: 422,
          json: { error: { code: "key-reused", message: "this key came with another body before" } },
        };
      const answer = await known.answer;
      return { ...answer, headers: { ...answer.headers, "Idempotency-Replayed": "true" } };
    }
    const answer = handle();
    const remembered = { digest, answer, untilMs: nowMs + this.#keepMs };
    this.#keys.delete(key);
    this.#keys.set(key, remembered);
    this.#forget(nowMs);
    const failed = () => {
      if (this.#keys.get(key) === remembered) this.#keys.delete(key);
    };
    try {
      const given = await answer;
      if (given.status >= 300) failed();
      return given;
    } catch (error) {
      failed();
      throw error;
    }
  }

  #forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.#keys) {
      if (untilMs > nowMs && this.#keys.size <= maxKeys) break;
      this.#keys.delete(key);
    }
  }
}
