/** A running adapter: keeps it open and puts what it reads on the bus. */
import { isAdapter } from "../../nodes/contract/catalog.ts";
import type { State } from "../../nodes/contract/connection.ts";
import type { AdapterDefinition, Command, OpenedAdapter } from "../../nodes/contract/connector.ts";
import { ConnectionError, MessageError } from "../../nodes/contract/errors.ts";
import type { AdapterPlan } from "../compiler/plan.ts";
import { Counters } from "./counters.ts";
import type { Failure } from "./errors.ts";
import { Peer } from "./peer.ts";
import { type RawSent, type Reading, rawOutput } from "./raw-output.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

/** Readings that may wait for the stream at a time: a source that can wait then does, others skip and count. */
const mostUnstored = 1_000;

export class AdapterNode {
  readonly counters = new Counters();
  readonly flow: string;
  plan: AdapterPlan;
  tap: Tap | undefined;
  last: { readonly device_id: string; readonly key: string; readonly value: unknown } | undefined;

  #services: Services;
  #onStatus: (state: State, detail: string) => void;
  #peer: Peer<OpenedAdapter>;
  #client: unknown;
  #unstored = 0;
  #publish: ReturnType<typeof rawOutput>;

  /** Throws when the configuration is refused. `counters` go on when it replaces another configuration of the node. */
  constructor(services: Services, flow: string, plan: AdapterPlan, onStatus: (state: State, detail: string) => void) {
    this.flow = flow;
    this.plan = plan;
    this.#services = services;
    this.#onStatus = onStatus;
    this.#publish = rawOutput(services, { module: "adapter", flow, node: plan.id }, plan.protocol);
    const definition = adapterDefinition(services, plan.type);
    const config = definition.config.parse(plan.config);
    this.#peer = new Peer<OpenedAdapter>({
      clock: services.clock,
      random: services.random,
      open: (context) =>
        definition.open(config, {
          ...context,
          connection: this.#client,
          endpoints: services.endpoints,
          filesRoot: services.filesRoot,
          reach: services.reach,
          emit: (reading) => this.#emit(reading),
          report: (error) => this.#report(error),
        }),
      close: (open) => open.close(),
      onStatus,
    });
  }

  start(): Promise<void> {
    return this.plan.connection === undefined ? this.#peer.start() : Promise.resolve();
  }

  stop(): Promise<void> {
    return this.#peer.stop();
  }

  connectionOpened(client: unknown): void {
    this.#client = client;
    void this.#peer.reopen();
  }

  connectionClosed(): Promise<void> {
    return this.#peer.suspend();
  }

  connectionStatus(state: State, detail: string): void {
    this.#onStatus(state, detail === "" ? `waiting for the connection ${this.plan.connection ?? ""}` : detail);
  }

  #report(error: Omit<Failure, "module" | "flow" | "node">): void {
    this.counters.failed++;
    this.#services.errors.report({ module: "adapter", flow: this.flow, node: this.plan.id, ...error });
  }

  /** Rejects with `MessageError` when it was not carried out. */
  async command(command: Command, traceId: string): Promise<Readonly<Record<string, unknown>>> {
    if (this.tap?.wants("in")) this.tap.sample("in", traceId, this.#services.clock.now(), JSON.stringify(command));
    const open = this.#peer.current();
    if (open?.command === undefined)
      throw new MessageError("not_connected", `${this.plan.id} is not connected; the command was not carried out`);
    return open.command(command);
  }

  #emit(reading: Reading): Promise<void> {
    const nowMs = this.#services.clock.now();
    const isStored = this.plan.stored === true;
    this.counters.received++;
    let sent: RawSent;
    try {
      if (isStored && this.#unstored >= mostUnstored)
        throw new ConnectionError(
          `${mostUnstored} readings wait for the stream already; it does not take them as fast`,
        );
      sent = this.#publish(reading, nowMs, isStored);
    } catch (error) {
      if (error instanceof ConnectionError) this.counters.dropped++;
      else this.counters.failed++;
      return Promise.reject(error);
    }
    if (isStored) return this.#stored(reading, sent, nowMs);
    this.#tell(reading, sent, nowMs);
    return sent.accepted;
  }

  async #stored(reading: Reading, sent: RawSent, nowMs: number): Promise<void> {
    this.#unstored++;
    this.counters.queued = this.#unstored;
    try {
      await sent.accepted;
      this.#tell(reading, sent, nowMs);
    } catch (error) {
      this.counters.dropped++;
      throw error;
    } finally {
      this.#unstored--;
      this.counters.queued = this.#unstored;
    }
  }

  #tell(reading: Reading, sent: RawSent, nowMs: number): void {
    this.counters.emitted++;
    this.counters.lastMessageMs = nowMs;
    this.last = { device_id: reading.device_id, key: "", value: reading.payload };
    const { traces } = this.#services.taps;
    if (traces.isOn) traces.record(this.flow, this.plan.id, "out", sent.trace.id, nowMs, sent.json);
    if (this.tap?.wants("out")) this.tap.sample("out", sent.trace.id, nowMs, sent.json);
  }
}

function adapterDefinition(services: Services, type: string): AdapterDefinition {
  const definition = services.catalog.nodes.get(type);
  if (definition === undefined || !isAdapter(definition)) throw new Error(`${type} is not an adapter`);
  return definition;
}
