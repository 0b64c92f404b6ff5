/** What the card of the node says: how much is read, what is wrong, what is left out. */
import type { ModbusClient } from "../../connections/modbus/client.ts";
import type { Timer } from "../../contract/clock.ts";
import type { PeerContext } from "../../contract/connection.ts";
import type { Cycle } from "./scan.ts";

const refreshMs = 2_000;

export interface Standing {
  cycle(scan: number, cycle: Cycle): void;
  /** A scan was left out because the one before it was still under way. */
  overrun(): void;
  close(): void;
}

/** `tags`: how many each scan reads. */
export function standing(
  { clock, status }: Pick<PeerContext, "clock" | "status">,
  client: ModbusClient,
  tags: readonly number[],
): Standing {
  const last: (Cycle | undefined)[] = tags.map(() => undefined);
  const total = tags.reduce((sum, count) => sum + count, 0);
  let overruns = 0;
  let told = "";
  let timer: Timer | undefined;

  const say = () => {
    const cycles = last.filter((cycle) => cycle !== undefined);
    if (cycles.length === 0) return;
    const bad = cycles.reduce((sum, cycle) => sum + cycle.bad, 0);
    const requests = cycles.reduce((sum, cycle) => sum + cycle.requests, 0);
    const durationMs = Math.round(Math.max(...cycles.map((cycle) => cycle.durationMs)));
    const reason = cycles.map((cycle) => cycle.reason).find((text) => text !== "");
    const unsent = cycles.map((cycle) => cycle.unsent).find((text) => text !== "");
    const details = [
      `${plural(total, "tag")} in ${plural(requests, "request")}, ${durationMs} ms`,
      ...(client.waiting() > 0 ? [`${plural(client.waiting(), "request")} in the queue`] : []),
      ...(overruns > 0 ? [`${plural(overruns, "scan")} left out: the interval is too short for the bus`] : []),
      ...(client.strays() > 0
        ? [`${plural(client.strays(), "reply", "replies")} came late and were thrown away: raise the request timeout`]
        : []),
    ].join("; ");
    if (unsent !== undefined) tell("degraded", `${unsent}; ${details}`);
    else if (bad === 0) tell("connected", details);
    else
      tell(
        cycles.some(({ hasAnswered }) => hasAnswered) ? "degraded" : "failed",
        `${bad === total ? "no tag" : `${total - bad} of ${plural(total, "tag")}`} could be read: ${reason ?? ""}; ${details}`,
      );
  };
  const tell = (state: "connected" | "degraded" | "failed", detail: string) => {
    if (told === state + detail) return;
    told = state + detail;
    status(state, detail);
  };
  const sayLater = () => {
    timer ??= clock.after(refreshMs, () => {
      timer = undefined;
      say();
    });
  };

  return {
    cycle(scan, cycle) {
      const before = last[scan];
      last[scan] = cycle;
      const isNews = before?.reason !== cycle.reason || before.bad !== cycle.bad || before.unsent !== cycle.unsent;
      if (isNews) say();
      else sayLater();
    },
    overrun() {
      overruns++;
      sayLater();
    },
    close: () => timer?.cancel(),
  };
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
