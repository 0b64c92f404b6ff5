/** Sorts every message that was acknowledged to its sender by what has become of it. */

/** One message: what is written in the ledger, and what a target got. */
export interface Numbered {
  readonly device: string;
  readonly number: number;
}

export interface Verdict {
  readonly acknowledged: number;
  readonly delivered: number;
  readonly deadLettered: number;
  /** Acknowledged, and nowhere. */
  readonly lost: readonly string[];
  /** Arrivals after the first of the same message. */
  readonly duplicated: number;
  /** Messages whose first arrival came after that of a later one of the same device. */
  readonly disordered: readonly string[];
  /** Delivered, though the sender never heard so: it may be sent again, and is no fault. */
  readonly unacknowledged: number;
}

export function check(
  ledger: readonly Numbered[],
  arrivals: readonly Numbered[],
  deadLetters: readonly Numbered[],
): Verdict {
  const sent = new Set(ledger.map(nameOf));
  const dead = new Set(deadLetters.map(nameOf));
  const arrived = new Set<string>();
  const highest = new Map<string, number>();
  const disordered: string[] = [];
  for (const message of arrivals) {
    const name = nameOf(message);
    if (arrived.has(name)) continue;
    arrived.add(name);
    const before = highest.get(message.device) ?? 0;
    if (message.number < before) disordered.push(name);
    highest.set(message.device, Math.max(before, message.number));
  }
  const lost = [...sent].filter((name) => !arrived.has(name) && !dead.has(name));
  return {
    acknowledged: sent.size,
    delivered: [...sent].filter((name) => arrived.has(name)).length,
    deadLettered: [...sent].filter((name) => !arrived.has(name) && dead.has(name)).length,
    lost,
    duplicated: arrivals.length - arrived.size,
    disordered,
    unacknowledged: [...arrived].filter((name) => !sent.has(name)).length,
  };
}

function nameOf({ device, number }: Numbered): string {
  return `${device} ${number}`;
}
