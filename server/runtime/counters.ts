/** Numbers of one node. Only the node itself writes them, in one thread, so they are exact without locks. */
import type { NodeCounters } from "./activity.ts";

export class Counters implements NodeCounters {
  received = 0;
  emitted = 0;
  ports: Record<string, number> = {};
  failed = 0;
  dropped = 0;
  queued = 0;
  lastMessageMs = 0;

  countOut(port: string): void {
    this.ports[port] = (this.ports[port] ?? 0) + 1;
  }

  copy(): NodeCounters {
    const { received, emitted, failed, dropped, queued, lastMessageMs } = this;
    const ports = Object.keys(this.ports).length === 0 ? {} : { ports: { ...this.ports } };
    return { received, emitted, ...ports, failed, dropped, queued, lastMessageMs };
  }

  equals(other: NodeCounters): boolean {
    return (
      this.received === other.received &&
      this.emitted === other.emitted &&
      this.failed === other.failed &&
      this.dropped === other.dropped &&
      this.queued === other.queued
    );
  }
}
