/** Keeps something open that can go away: a connection, an adapter, a sink. The one place that waits and tries again. */
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { PeerContext, State } from "../../nodes/contract/connection.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";

interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly factor: number;
  /** Share of the wait that is random, so that a thousand peers do not come back at once. */
  readonly jitter: number;
}

const defaultBackoff: Backoff = { initialMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.2 };

/** After this long without a fault the next fault starts again with the shortest wait. */
const stableMs = 60_000;

export interface PeerOptions<Open> {
  readonly clock: Clock;
  readonly backoff?: Backoff;
  random(): number;
  /** Opens once. Rejects with `ConnectionError` to be tried again; any other error ends the peer as failed. */
  open(context: PeerContext): Promise<Open>;
  close(open: Open): Promise<void>;
  onStatus(state: State, detail: string): void;
  /** Told each time it is open, and each time it no longer is. */
  onOpen?(open: Open): void;
  onClosed?(): void;
}

export class Peer<Open> {
  #options: PeerOptions<Open>;
  #abort: AbortController | undefined;
  #open: Open | undefined;
  #timer: Timer | undefined;
  #attempts = 0;
  #openedAtMs = 0;
  #stopped = false;
  #busy: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions<Open>) {
    this.#options = options;
  }

  /**
   * Makes the first attempt. Resolves when it is open or will be tried again; rejects when it can never be opened this
   * way: the caller then closes it.
   */
  start(): Promise<void> {
    const attempt = this.#attempt();
    this.#busy = attempt.catch(() => undefined);
    return attempt;
  }

  current(): Open | undefined {
    return this.#open;
  }

  /** Closes what is open and opens it again at once; for peers whose own peer has come back. */
  async reopen(): Promise<void> {
    this.#timer?.cancel();
    this.#busy = this.#busy.then(() => this.#closeCurrent()).then(() => this.#attemptAndReport());
    await this.#busy;
  }

  /** Closes without opening again until `reopen`. */
  async suspend(): Promise<void> {
    this.#timer?.cancel();
    this.#abort?.abort();
    this.#busy = this.#busy.then(() => this.#closeCurrent());
    await this.#busy;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#abort?.abort();
    await this.#busy;
    await this.#closeCurrent();
    this.#options.onStatus("stopped", "");
  }

  async #attemptAndReport(): Promise<void> {
    try {
      await this.#attempt();
    } catch {
      // Said in the status already; there is nobody to tell it to.
    }
  }

  async #attempt(): Promise<void> {
    if (this.#stopped) return;
    const { clock, onStatus, onOpen } = this.#options;
    const abort = new AbortController();
    this.#abort = abort;
    let lost = false;
    let told = false;
    onStatus("connecting", "");
    try {
      const open = await this.#options.open({
        clock,
        signal: abort.signal,
        status: (state, detail) => {
          if (abort.signal.aborted) return;
          told ||= state !== "connecting";
          onStatus(state, detail);
        },
        lost: (error) => {
          if (lost || abort.signal.aborted) return;
          lost = true;
          this.#lost(error);
        },
      });
      this.#open = open;
      this.#openedAtMs = clock.monotonic();
      if (lost || abort.signal.aborted) return;
      if (!told) onStatus("connected", "");
      onOpen?.(open);
    } catch (error) {
      if (abort.signal.aborted || lost) return;
      abort.abort();
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof ConnectionError)) {
        onStatus("failed", message);
        throw error;
      }
      this.#retryLater(message);
    }
  }

  /** What was open has turned out to be useless: close it, wait, open again. */
  lose(error: Error): void {
    if (this.#open !== undefined && this.#abort?.signal.aborted === false) this.#lost(error);
  }

  #lost(error: Error): void {
    this.#abort?.abort();
    if (this.#options.clock.monotonic() - this.#openedAtMs > stableMs) this.#attempts = 0;
    this.#busy = this.#busy.then(() => this.#closeCurrent());
    this.#retryLater(error.message);
  }

  #retryLater(message: string): void {
    if (this.#stopped) return;
    const { clock, backoff = defaultBackoff, random, onStatus } = this.#options;
    const plainMs = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** this.#attempts);
    const waitMs = plainMs * (1 - backoff.jitter * random());
    this.#attempts++;
    onStatus("failed", `${message}; next try in ${Math.max(1, Math.round(waitMs / 1_000))} s`);
    this.#timer = clock.after(waitMs, () => {
      this.#busy = this.#busy.then(() => this.#attemptAndReport());
    });
  }

  async #closeCurrent(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#abort?.abort();
    this.#options.onClosed?.();
    try {
      await this.#options.close(open);
    } catch {
      // A peer that cannot even be closed is gone already; the next opening tells whether it is back.
    }
  }
}
