/** A running adapter: keeps it open and puts what it reads on the bus. */
import { randomUUID } from "node:crypto";
import { isAdapter } from "../../nodes/contract/catalog.ts";
import type { State } from "../../nodes/contract/connection.ts";
import type { AdapterContext, AdapterDefinition, Opened } from "../../nodes/contract/connector.ts";
import { ConnectionError, MessageError } from "../../nodes/contract/errors.ts";
import { PayloadTooLargeError } from "../bus/bus.ts";
import { envelopeEncoder, isoTime } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import { modules, subjects } from "../bus/subjects.ts";
import type { AdapterPlan } from "../compiler/plan.ts";
import { Counters } from "./counters.ts";
import { Peer } from "./peer.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

type Reading = Parameters<AdapterContext<unknown>["emit"]>[0];

export class AdapterNode {
  readonly counters = new Counters();
  readonly flow: string;
  readonly plan: AdapterPlan;
  tap: Tap | undefined;
  last: { readonly device_id: string; readonly key: string; readonly value: unknown } | undefined;

  #services: Services;
  #onStatus: (state: State, detail: string) => void;
  #peer: Peer<Opened>;
  #client: unknown;
  #encode: ReturnType<typeof envelopeEncoder>;
  #headers = messageHeaders("raw");

  /** Throws when the configuration is refused. `counters` go on when it replaces another configuration of the node. */
  constructor(services: Services, flow: string, plan: AdapterPlan, onStatus: (state: State, detail: string) => void) {
    this.flow = flow;
    this.plan = plan;
    this.#services = services;
    this.#onStatus = onStatus;
    this.#encode = envelopeEncoder({ source: modules.adapter.source, flow, node: plan.id });
    const definition = adapterDefinition(services, plan.type);
    const config = definition.config.parse(plan.config);
    this.#peer = new Peer<Opened>({
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

  /** A promise that is already resolved costs next to nothing, and this is called for every reading. */
  #emit(reading: Reading): Promise<void> {
    const { bus, clock, errors } = this.#services;
    const nowMs = clock.now();
    const { device_id, payload, encoding, metadata } = reading;
    const timestamp = reading.timestamp ?? isoTime(nowMs);
    const raw = { device_id, protocol: this.plan.protocol, payload, encoding, timestamp, metadata };
    const json = JSON.stringify(raw);
    const traceId = randomUUID();
    const subject = subjects.raw(this.plan.protocol, device_id);
    this.counters.received++;
    if (bus.status().state !== "connected") {
      this.counters.dropped++;
      return Promise.reject(new ConnectionError("the gateway has lost its bus; it reconnects by itself"));
    }
    try {
      bus.publish(subject, this.#encode(json, { id: traceId, hops: 0 }, nowMs), this.#headers(traceId));
    } catch (error) {
      if (!(error instanceof PayloadTooLargeError)) throw error;
      this.counters.failed++;
      const message = `a reading of ${device_id} is too large for the bus: ${error.message}`;
      const original = json.slice(0, 1_000);
      errors.report({
        module: "adapter",
        flow: this.flow,
        node: this.plan.id,
        type: "payload_too_large",
        message,
        deviceId: device_id,
        traceId,
        subject,
        original,
      });
      return Promise.reject(new MessageError("payload_too_large", message));
    }
    this.counters.emitted++;
    this.counters.lastMessageMs = nowMs;
    this.last = { device_id, key: "", value: payload };
    if (this.tap?.wants("out")) this.tap.sample("out", traceId, nowMs, json);
    return accepted;
  }
}

const accepted = Promise.resolve();

function adapterDefinition(services: Services, type: string): AdapterDefinition {
  const definition = services.catalog.nodes.get(type);
  if (definition === undefined || !isAdapter(definition)) throw new Error(`${type} is not an adapter`);
  return definition;
}
