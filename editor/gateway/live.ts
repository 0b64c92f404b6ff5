/** The live half: one WebSocket that comes back by itself and says again what it was asked for. */
import type { LiveEvent, LiveRequest, Tap } from "../../server/api/contract.ts";
import type { Link } from "../state/live.ts";

const firstRetryMs = 500;
const maxRetryMs = 15_000;
/** Without a word from the gateway for so long, the line is dead even if TCP has not noticed. */
const silentMs = 30_000;

export interface LiveFeed {
  /** Replaces what is tapped, now and after every reconnect. */
  tap(taps: readonly Tap[]): void;
  /** Begins or ends `subjects` events, now and after every reconnect. */
  watchSubjects(isWatching: boolean): void;
  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void;
  close(): void;
}

export interface LiveFeedOptions {
  readonly url: string;
  onEvent(event: LiveEvent): void;
  onLink(link: Link): void;
  /** For tests; 0 ≤ x < 1. */
  readonly random?: () => number;
}

/** Milliseconds to wait before attempt `n` (from 0): doubling, with half of it at random so that viewers do not return in step. */
export function retryDelay(attempt: number, random: number): number {
  const ceiling = Math.min(maxRetryMs, firstRetryMs * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random;
}

export function connectLive({ url, onEvent, onLink, random = Math.random }: LiveFeedOptions): LiveFeed {
  let socket: WebSocket | undefined;
  let taps: readonly Tap[] = [];
  let watchesSubjects = false;
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const send = (request: LiveRequest) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
  };
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => socket?.close(), silentMs);
  };
  const open = () => {
    clearTimeout(retry);
    const current = new WebSocket(url);
    socket = current;
    current.onopen = () => {
      attempt = 0;
      onLink({ state: "open" });
      if (taps.length > 0) send({ type: "tap", taps });
      if (watchesSubjects) send({ type: "subjects", isWatching: true });
      listen();
    };
    current.onmessage = ({ data }) => {
      listen();
      onEvent(JSON.parse(String(data)) as LiveEvent);
    };
    current.onclose = () => {
      clearTimeout(silence);
      if (closed || socket !== current) return;
      const delayMs = retryDelay(attempt++, random());
      onLink({ state: "lost", retryAtMs: Date.now() + delayMs });
      retry = setTimeout(open, delayMs);
    };
  };
  onLink({ state: "connecting" });
  open();

  return {
    tap(next) {
      taps = next;
      send({ type: "tap", taps });
    },
    watchSubjects(isWatching) {
      watchesSubjects = isWatching;
      send({ type: "subjects", isWatching });
    },
    retryNow() {
      if (closed || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
      attempt = 0;
      onLink({ state: "connecting" });
      open();
    },
    close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(silence);
      socket?.close();
    },
  };
}
