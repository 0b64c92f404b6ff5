/** What the adapter says about itself: what it reads, what it leaves out, and that nothing has come for long. */
import type { Timer } from "../../contract/clock.ts";
import type { PeerContext } from "../../contract/connection.ts";
import type { Opened } from "../../contract/connector.ts";

export interface Watch extends Opened {
  /** The subscriptions stand. */
  started(detail: string): void;
  seen(): void;
  /** A message was empty. */
  leftOut(): void;
  /** Why messages cannot go on; `undefined` when they can again. */
  held(reason: string | undefined): void;
}

/** How often the count of empty messages is brought up to date. */
const refreshMs = 1_000;

/** `idleMs` 0: silence is all right. */
export function watch({ clock, status }: Pick<PeerContext, "clock" | "status">, idleMs: number): Watch {
  let detail: string | undefined;
  let empty = 0;
  let idle = false;
  let heldFor: string | undefined;
  let lastMs = clock.monotonic();
  let idleTimer: Timer | undefined;
  let refreshTimer: Timer | undefined;

  const say = () => {
    if (detail === undefined) return;
    const emptyOnes = empty === 0 ? "" : `; ${empty} empty message${empty === 1 ? "" : "s"} left out`;
    if (heldFor !== undefined) status("degraded", `${heldFor}; messages of QoS 1 and 2 wait`);
    else if (idle) status("degraded", `no message for ${Math.round((clock.monotonic() - lastMs) / 1_000)} s`);
    else status("connected", `${detail}${emptyOnes}`);
  };
  const checkIdle = () => {
    const silentMs = clock.monotonic() - lastMs;
    if (silentMs >= idleMs) {
      idle = true;
      say();
    }
    idleTimer = clock.after(silentMs >= idleMs ? idleMs : idleMs - silentMs, checkIdle);
  };

  return {
    started(text) {
      detail = text;
      lastMs = clock.monotonic();
      say();
      if (idleMs > 0) idleTimer = clock.after(idleMs, checkIdle);
    },
    seen() {
      lastMs = clock.monotonic();
      if (!idle) return;
      idle = false;
      say();
    },
    leftOut() {
      empty += 1;
      refreshTimer ??= clock.after(refreshMs, () => {
        refreshTimer = undefined;
        say();
      });
    },
    held(reason) {
      if (reason === heldFor) return;
      heldFor = reason;
      say();
    },
    async close() {
      idleTimer?.cancel();
      refreshTimer?.cancel();
    },
  };
}
