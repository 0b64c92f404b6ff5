/** Puts made-up readings on the bus, with the faults that are wanted, and leaves out what the bus cannot take. */
import type { Clock, Timer } from "../../contract/clock.ts";
import type { PeerContext } from "../../contract/connection.ts";
import type { AdapterContext, Opened } from "../../contract/connector.ts";
import { type FaultRates, startFaults } from "./faults.ts";
import { seededRandom } from "./random.ts";

/** So many sendings may wait for the bus before one is left out. */
const maxUnderWay = 10;

export interface MadeReading {
  readonly deviceId: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface SenderOptions extends Pick<AdapterContext<unknown>, "emit">, Pick<PeerContext, "status"> {
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: FaultRates & { readonly lateBy: number };
  /** What the node does, for its status. */
  readonly subject: string;
}

export interface Sender extends Opened {
  /**
   * Sends the readings of one moment, which are made only if there is room for them. Never rejects: what cannot be sent
   * is left out and counted.
   */
  send(make: () => readonly MadeReading[]): Promise<void>;
}

export function createSender({ clock, emit, status, seed, faults, subject }: SenderOptions): Sender {
  const isFaulty = Object.entries(faults).some(([name, rate]) => name !== "lateBy" && rate > 0);
  const faultsOf = new Map<string, ReturnType<typeof startFaults>>();
  const waiting = new Set<Timer>();
  let underWay = 0;
  let leftOut = 0;
  let told = 0;

  const leaveOut = (reason: string) => {
    leftOut += 1;
    status("degraded", `${reason}: ${leftOut} interval${leftOut === 1 ? "" : "s"} left out so far`);
  };

  const later = (reading: Parameters<typeof emit>[0]) => {
    const timer = clock.after(faults.lateBy, () => {
      waiting.delete(timer);
      emit(reading).catch((error: Error) => leaveOut(error.message));
    });
    waiting.add(timer);
  };

  const sendWithFaults = ({ deviceId, payload, metadata }: MadeReading, sent: Promise<void>[]) => {
    let decide = faultsOf.get(deviceId);
    if (decide === undefined) {
      decide = startFaults(faults, seededRandom(`${seed}\n${deviceId}\nfaults`));
      faultsOf.set(deviceId, decide);
    }
    const { payload: shown, copies, isLate } = decide(payload);
    const timestamp = new Date(clock.now()).toISOString();
    const reading = { device_id: deviceId, payload: shown, encoding: "json", timestamp, metadata } as const;
    for (let copy = 0; copy < copies; copy++)
      if (isLate) later(reading);
      else sent.push(emit(reading));
  };

  const sendAll = async (readings: readonly MadeReading[]): Promise<unknown> => {
    const sent: Promise<void>[] = [];
    for (const reading of readings)
      if (isFaulty) sendWithFaults(reading, sent);
      else {
        const { deviceId, payload, metadata } = reading;
        sent.push(emit({ device_id: deviceId, payload, encoding: "json", metadata }));
      }
    const outcomes = await Promise.allSettled(sent);
    return outcomes.find((outcome) => outcome.status === "rejected")?.reason;
  };

  return {
    async send(make) {
      if (underWay >= maxUnderWay) return leaveOut("the bus is slower than the interval");
      underWay += 1;
      const failure = await sendAll(make());
      underWay -= 1;
      if (failure instanceof Error) leaveOut(failure.message);
      else if (underWay === 0 && leftOut > told) {
        told = leftOut;
        status("connected", `${subject}; ${leftOut} left out so far`);
      }
    },
    async close() {
      for (const timer of waiting) timer.cancel();
    },
  };
}
