/** Puts readings on the bus in the order of their arrival, also when it is away for a while. */
import type { PeerContext } from "../../contract/connection.ts";
import type { AdapterContext } from "../../contract/connector.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import type { Reading } from "./reading.ts";

/** How often it is tried whether the bus is back. */
const retryMs = 500;

interface DeliveryOptions extends Pick<PeerContext, "clock" | "signal"> {
  emit: AdapterContext<unknown>["emit"];
  /** Called with the reason at each attempt that finds the bus away, and with `undefined` when it is back. */
  onHeld(reason: string | undefined): void;
}

/**
 * The function resolves when the reading is on the bus, or can never be. While the bus is away it keeps a reading that
 * its broker has not been told of (`confirmed`), and the broker thereby keeps those after it. Rejects otherwise.
 */
export function startDelivery({ emit, clock, signal, onHeld }: DeliveryOptions) {
  /** Set while the bus is away. All wait for the same moment, and so go on in the order in which they came. */
  let pause: Promise<void> | undefined;

  let endPause = () => {};
  signal.addEventListener("abort", () => endPause(), { once: true });

  const startPause = () =>
    new Promise<void>((resolve) => {
      endPause = () => {
        timer.cancel();
        pause = undefined;
        resolve();
      };
      const timer = clock.after(retryMs, endPause);
    });

  return async (reading: Reading, confirmed: boolean): Promise<void> => {
    for (let held = false; ; held = true) {
      if (confirmed && pause !== undefined) await pause;
      try {
        await emit(reading);
        if (held) onHeld(undefined);
        return;
      } catch (error) {
        // The runtime has reported it, and the broker's sending it again would not help.
        if (error instanceof MessageError) return;
        if (!confirmed || signal.aborted || !(error instanceof ConnectionError)) throw error;
        onHeld(error.message);
        pause ??= startPause();
      }
    }
  };
}
