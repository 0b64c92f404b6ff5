/** Numbers of one node. Only the node itself writes them, in one thread, so they are exact without locks. */
import type { NodeCounters } from "./activity.ts";

export class Counters implements NodeCounters {
  received = 0;
  emitted = 0;
  failed = 0;
  dropped = 0;
  queued = 0;
  lastMessageMs = 0;

  copy(): NodeCounters {
    const { received, emitted, failed, dropped, queued, lastMessageMs } = this;
    return { received, emitted, failed, dropped, queued, lastMessageMs };
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
