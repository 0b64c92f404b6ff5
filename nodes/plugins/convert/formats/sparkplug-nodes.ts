/** What births said about the metrics of each edge node: remembered over restarts, since births come rarely. */
import { z } from "zod";

export interface Known {
  readonly name: string;
  readonly datatype: number | undefined;
  readonly unit: string | undefined;
}

export interface EdgeNode {
  readonly bdSeq: string | undefined;
  seq: number | undefined;
  /** Device, empty for the node itself → alias, or `name …` where there is none → metric. */
  readonly devices: Map<string, Map<string, Known>>;
}

const savedMetric = z.strictObject({ name: z.string(), datatype: z.int().optional(), unit: z.string().optional() });
const saved = z.strictObject({
  bdSeq: z.string().optional(),
  seq: z.int().optional(),
  devices: z.record(z.string(), z.record(z.string(), savedMetric)),
});

/** Beyond so many, the one born first is forgotten. */
const maxNodes = 1_000;

export class EdgeNodes {
  readonly #nodes = new Map<string, EdgeNode>();
  readonly #changed = new Set<string>();

  /** Entries of an earlier `snapshot`; what does not fit is left out. */
  constructor(restored: ReadonlyMap<string, unknown>) {
    for (const [name, state] of restored) {
      const { data } = saved.safeParse(state);
      if (data === undefined) continue;
      const devices = Object.entries(data.devices).map(
        ([device, metrics]) =>
          [device, new Map(Object.entries(metrics).map(([alias, metric]) => [alias, known(metric)]))] as const,
      );
      this.#nodes.set(name, { bdSeq: data.bdSeq, seq: data.seq, devices: new Map(devices) });
    }
  }

  known(group: string, node: string): EdgeNode | undefined {
    return this.#nodes.get(`${group}/${node}`);
  }

  /** A new session: everything known of the one before is gone. */
  born(group: string, node: string, bdSeq: string | undefined, seq: number | undefined): EdgeNode {
    const name = `${group}/${node}`;
    const edge: EdgeNode = { bdSeq, seq, devices: new Map() };
    this.#nodes.delete(name);
    const [oldest] = this.#nodes.keys();
    if (this.#nodes.size >= maxNodes && oldest !== undefined) this.#forget(oldest);
    this.#nodes.set(name, edge);
    this.#changed.add(name);
    return edge;
  }

  changed(group: string, node: string): void {
    this.#changed.add(`${group}/${node}`);
  }

  died(group: string, node: string): void {
    this.#forget(`${group}/${node}`);
  }

  *snapshot(which: "all" | "changed"): Iterable<readonly [entry: string, state: unknown]> {
    for (const name of which === "all" ? this.#nodes.keys() : this.#changed) {
      const edge = this.#nodes.get(name);
      yield [name, edge && plain(edge)] as const;
    }
    this.#changed.clear();
  }

  #forget(name: string): void {
    this.#nodes.delete(name);
    this.#changed.add(name);
  }
}

function known({ name, datatype, unit }: z.output<typeof savedMetric>): Known {
  return { name, datatype, unit };
}

function plain({ bdSeq, seq, devices }: EdgeNode): unknown {
  const all = [...devices].map(([device, metrics]) => [device, Object.fromEntries(metrics)] as const);
  return { bdSeq, seq, devices: Object.fromEntries(all) };
}
