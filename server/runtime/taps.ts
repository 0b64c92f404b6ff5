/** Samples of what flows through tapped nodes, for people. Bounded: what nobody can read is counted, not kept. */
import type { TapSample } from "./activity.ts";
import type { TapTarget } from "./port.ts";
import { Traces } from "./traces.ts";

const samplesPerPeriod = 100;
const textLimit = 16_384;

/** What a node asks before it makes a sample; `undefined` on nodes nobody watches. */
export interface Tap {
  wants(port: string): boolean;
  sample(port: string, traceId: string, atMs: number, json: string): void;
}

export class Taps {
  readonly traces = new Traces();
  #ports = new Map<string, Set<string>>();
  #samples: TapSample[] = [];
  #skipped = 0;

  /** Replaces what is tapped. */
  watch(targets: readonly TapTarget[]): void {
    this.#ports.clear();
    this.traces.watch(targets.length > 0);
    for (const { flow, node, port } of targets) {
      const key = `${flow}/${node}`;
      this.#ports.set(key, (this.#ports.get(key) ?? new Set()).add(port));
    }
  }

  tapOf(flow: string, node: string): Tap | undefined {
    const ports = this.#ports.get(`${flow}/${node}`);
    if (ports === undefined) return undefined;
    return {
      wants: (port) => {
        if (!ports.has("") && !ports.has(port)) return false;
        if (this.#samples.length < samplesPerPeriod) return true;
        this.#skipped++;
        return false;
      },
      sample: (port, traceId, atMs, json) => {
        this.traces.want(traceId);
        const truncated = json.length > textLimit;
        const text = truncated ? json.slice(0, textLimit) : json;
        this.#samples.push({ flow, node, port, traceId, atMs, text, truncated });
      },
    };
  }

  take(): { readonly samples: readonly TapSample[]; readonly skipped: number } {
    const taken = { samples: this.#samples, skipped: this.#skipped };
    if (this.#samples.length > 0) this.#samples = [];
    this.#skipped = 0;
    return taken;
  }
}
