/** What every running node is given by the engine. */
import type { Catalog } from "../../nodes/contract/catalog.ts";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Endpoints, Reach } from "../../nodes/contract/connector.ts";
import type { Emission } from "../../nodes/contract/operator.ts";
import type { Bus } from "../bus/bus.ts";
import type { Log } from "../log.ts";
import type { NodeStateStore } from "../node-state.ts";
import type { Errors } from "./errors.ts";
import type { Latency } from "./latency.ts";
import type { StoredOutput } from "./stored-output.ts";
import type { Taps } from "./taps.ts";

/** Is told what goes through the nodes, message by message and complete. */
export interface Witness {
  /** What a node was given, or what left it by `port`. A sink is given the content of a message, others points and readings. */
  given(node: string, traceId: string, content: object): void;
  left(node: string, port: string, traceId: string, point: object, emission: Emission | undefined): void;
}

export interface Services {
  readonly bus: Bus;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly log: Log;
  readonly errors: Errors;
  readonly taps: Taps;
  /** Time from a message's arrival on the bus until everything it caused in this stage was published. */
  readonly latency: Latency;
  /** Set only where one flow is tried out: it costs too much where many run. */
  readonly witness?: Witness;
  readonly endpoints: Endpoints;
  readonly filesRoot: string;
  readonly reach: Reach;
  /** Where operators' memory is kept between two runs; `undefined` where there is no other run. */
  readonly stateStore: NodeStateStore | undefined;
  /** `rule_engine.nats.output_subject`: `*` stands for the rule id. */
  readonly outputSubject: string;
  /** Made by the engine: where durable flows publish. */
  readonly results: StoredOutput;
  /** How many messages a second a sink gets at most of those that had to wait; 0 = as fast as it takes them. */
  readonly replayPerS: number;
  /** Numbers between 0 and 1, for jitter. */
  random(): number;
}
