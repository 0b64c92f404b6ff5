/** Time as nodes see it: always handed in, so that tests move it by hand. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970: for timestamps. It can jump. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary start: for delays, rates and timeouts. It never jumps. */
  monotonic(): number;
  /** Calls once after `delayMs` of monotonic time; `cancel` is safe at any time, also after the call. */
  after(delayMs: number, call: () => void): Timer;
  /** Calls every `intervalMs` by deadline: a late call does not shift the ones after it, and missed ones are skipped. */
  every(intervalMs: number, call: () => void): Timer;
}

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  every(intervalMs, call) {
    let deadline = performance.now() + intervalMs;
    let timer = setTimeout(tick, intervalMs);
    function tick() {
      const now = performance.now();
      deadline += intervalMs * Math.max(1, Math.ceil((now - deadline) / intervalMs));
      timer = setTimeout(tick, Math.max(0, deadline - now));
      call();
    }
    return { cancel: () => clearTimeout(timer) };
  },
};
