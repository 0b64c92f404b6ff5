/** Looks after the liveness of a session: keeps it from falling silent, and finds out when the other side has. */
import type { Clock, Timer } from "../../contract/clock.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { isObject } from "./frame.ts";
import type { Session } from "./session.ts";

const checkMs = 5_000;
/** A sidecar ends a connection on which it hears nothing for 60 s. */
const heartbeatMs = 20_000;
/** A sidecar sends a HEARTBEAT every 15 s once it is configured: two of them are missing. */
const silenceMs = 35_000;
const statusTimeoutMs = 5_000;
const metricsMs = 30_000;
const metricsTimeoutMs = 10_000;

export interface Health {
  readonly isHealthy: boolean;
  /** In words; empty when the sidecar says nothing about itself. */
  readonly detail: string;
}

export interface WatchOptions {
  readonly clock: Clock;
  onHealth(health: Health): void;
  /** It is connected and does not live. */
  onDead(error: ConnectionError): void;
}

/** Begins at once; the first `onHealth` comes with the first answer to STATUS. */
export function watchSession(session: Session, { clock, onHealth, onDead }: WatchOptions): Timer {
  let isOver = false;
  let isProbing = false;
  let metricsAtMs = clock.monotonic();
  let asksMetrics = true;
  let name = "";

  const probe = async () => {
    if (isProbing) return;
    isProbing = true;
    try {
      const outcome = await session.request("STATUS", undefined, statusTimeoutMs);
      if (isOver || !outcome.ok) return;
      name = nameOf(outcome.data) ?? name;
      onHealth(healthOf(outcome.data, name));
    } catch (error) {
      const isSilent = clock.monotonic() - session.receivedMs >= silenceMs;
      if (!isOver && error instanceof MessageError && isSilent)
        onDead(
          new ConnectionError(
            `the sidecar is connected but silent: nothing came for ${silenceMs / 1_000} s, and no answer to STATUS`,
          ),
        );
    } finally {
      isProbing = false;
    }
  };
  const askMetrics = async () => {
    metricsAtMs = clock.monotonic();
    try {
      const outcome = await session.request("METRICS", undefined, metricsTimeoutMs);
      if (!isOver && outcome.ok) onHealth({ isHealthy: true, detail: inWords([name, metricsOf(outcome.data)]) });
    } catch {
      // One that has no metrics does not answer; a connection that broke is told elsewhere.
      asksMetrics = false;
    }
  };

  void probe();
  const timer = clock.every(checkMs, () => {
    const nowMs = clock.monotonic();
    if (nowMs - session.sentMs >= heartbeatMs) session.send("HEARTBEAT");
    if (nowMs - session.receivedMs >= silenceMs) void probe();
    else if (asksMetrics && nowMs - metricsAtMs >= metricsMs) void askMetrics();
  });
  return {
    cancel() {
      isOver = true;
      timer.cancel();
    },
  };
}

function nameOf(data: unknown): string | undefined {
  return isObject(data) && typeof data["name"] === "string" ? data["name"] : undefined;
}

function healthOf(data: unknown, name: string): Health {
  const health = isObject(data) ? data["health"] : undefined;
  const isHealthy = typeof health !== "string" || health === "" || health === "healthy";
  return { isHealthy, detail: inWords([name, isHealthy ? "" : String(health)]) };
}

function metricsOf(data: unknown): string {
  if (!isObject(data)) return "";
  const { data_points_collected: points, errors_count: errors, last_error: lastError } = data;
  const parts = [
    ...(typeof points === "number" ? [`${points} points read`] : []),
    ...(typeof errors === "number" && errors > 0 ? [`${errors} errors`] : []),
    ...(typeof lastError === "string" && lastError !== "" ? [`the last: ${lastError}`] : []),
  ];
  return parts.join(", ");
}

function inWords(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(": ");
}
