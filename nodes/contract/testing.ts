/** For tests of nodes: a clock moved by hand, and declared examples run as what they are, tests. */
import { expect } from "vitest";
import type { NodeDefinition } from "./catalog.ts";
import type { Clock, Timer } from "./clock.ts";
import type { AdapterContext, Endpoints, SinkContext } from "./connector.ts";
import { MessageError } from "./errors.ts";
import { parseDuration } from "./fields.ts";
import type { ConfigSchema, Example, ExampleStep } from "./node.ts";
import type { Emission, Operator, OperatorDefinition, Trace } from "./operator.ts";
import { inferType, type Point, type Raw } from "./point.ts";
import type { StreamClient } from "./streams.ts";

/** A clock that stands still until it is moved. Wall and monotonic time move together unless one is set apart. */
export class ManualClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  #timers: { readonly atMs: number; readonly call: () => void }[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }
  now(): number {
    return this.#nowMs;
  }
  monotonic(): number {
    return this.#monotonicMs;
  }
  after(delayMs: number, call: () => void): Timer {
    const timer = { atMs: this.#monotonicMs + delayMs, call };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }
  every(intervalMs: number, call: () => void): Timer {
    const tick = () => {
      current = this.after(intervalMs, tick);
      call();
    };
    let current = this.after(intervalMs, tick);
    return { cancel: () => current.cancel() };
  }
  /** Lets time pass, calling every timer that falls due, in order, at its own time. */
  advance(ms: number): void {
    const endMs = this.#monotonicMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#move(next.atMs - this.#monotonicMs);
      next.call();
    }
    this.#move(endMs - this.#monotonicMs);
  }
  /** The wall clock is set, as by NTP; monotonic time does not notice. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }
  #move(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }
}

const noStreams: StreamClient = {
  ensure: () => Promise.reject(new Error("no streams here")),
  publish: () => Promise.reject(new Error("no streams here")),
};

const noEndpoints: Endpoints = {
  websocket: () => Promise.reject(new Error("no endpoints in this test")),
  http: () => Promise.reject(new Error("no endpoints in this test")),
};

/** What a connector is given, as far as a test does not care: no endpoints, no files, every address allowed. */
export function connectorSurroundings(): Pick<AdapterContext<unknown>, "endpoints" | "filesRoot" | "reach" | "report"> &
  Pick<SinkContext<unknown>, "streams"> {
  return {
    endpoints: noEndpoints,
    filesRoot: "",
    reach: { loopback: true, privateNetworks: true },
    report: () => undefined,
    streams: noStreams,
  };
}

export interface Emitted {
  readonly port: string;
  readonly point: Point;
  readonly emission: Emission;
}

/**
 * An operator alone with a hand-moved clock. A `MessageError` counts as an emission on `failed`, as in the runtime.
 * `saved` is what an earlier run's `save` answered: the operator begins with that state.
 */
export function runOperator<Schema extends ConfigSchema, Accepts extends "raw" | "point", State>(
  definition: OperatorDefinition<Schema, Accepts, State>,
  config: Readonly<Record<string, unknown>>,
  clock = new ManualClock(),
  saved: ReadonlyMap<string, string> = new Map(),
) {
  const emitted: Emitted[] = [];
  const reports: string[] = [];
  const restored = [...saved].map(
    ([entry, json]) => [entry, definition.state?.entry.parse(JSON.parse(json)) as State] as const,
  );
  const operator = definition.create(definition.config.parse(config), {
    clock,
    ruleId: "test_rule",
    ruleName: "Test rule",
    restored: new Map(restored),
    emit: (point, emission = {}) => emitted.push({ port: emission.port ?? "out", point, emission }),
    report: (type, message) => reports.push(`${type}: ${message}`),
  }) as Operator<Point | Raw, State>;
  const onDisk = new Map(saved);
  const trace: Trace = { id: "00000000-0000-4000-8000-000000000000", hops: 0 };
  const feed = (input: Point | Raw) => {
    try {
      operator.process(input, trace);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      emitted.push({ port: "failed", point: input as Point, emission: { reason: `${error.type}: ${error.message}` } });
    }
  };
  return {
    clock,
    operator,
    emitted,
    /** `type: message` of what it told without a message. */
    reports,
    /** What is on disk after the runtime has saved now: entries as JSON. Checks that nothing that changed was left out. */
    save(): ReadonlyMap<string, string> {
      for (const [entry, state] of operator.snapshot?.("changed") ?? [])
        if (state === undefined) onDisk.delete(entry);
        else onDisk.set(entry, JSON.stringify(state));
      const all = [...(operator.snapshot?.("all") ?? [])].map(([entry, state]) => [entry, JSON.stringify(state)]);
      expect(Object.fromEntries(onDisk)).toEqual(Object.fromEntries(all));
      return new Map(onDisk);
    },
    /** Feeds a point, missing fields filled in, and returns what came out because of it. */
    point(point: Partial<Point>): readonly Emitted[] {
      const before = emitted.length;
      feed(fillPoint(point, clock));
      return emitted.slice(before);
    },
    raw(raw: Partial<Raw>): readonly Emitted[] {
      const before = emitted.length;
      feed(fillRaw(raw, clock));
      return emitted.slice(before);
    },
  };
}

export function fillPoint(point: Partial<Point>, clock: Clock): Point {
  const value = "value" in point ? point.value : 21.5;
  return {
    device_id: "d1",
    key: "temperature",
    type: inferType(value),
    quality: 0,
    timestamp: new Date(clock.now()).toISOString(),
    tags: {},
    ...point,
    value,
  };
}

export function fillRaw(raw: Partial<Raw>, clock: Clock): Raw {
  const payload = "payload" in raw ? raw.payload : "21.5";
  return {
    device_id: "d1",
    protocol: "mqtt",
    encoding: typeof payload === "string" ? "text" : "json",
    timestamp: new Date(clock.now()).toISOString(),
    metadata: {},
    ...raw,
    payload,
  };
}

/** Checks one declared example: the configuration parses, and an operator makes of the input what the example says. */
export function checkExample(definition: NodeDefinition, example: Example): void {
  definition.config.parse(withSecrets(example.config));
  if (definition.kind !== "operator" || example.input === undefined) return;
  const run = runOperator(definition, example.config);
  for (const step of example.input) feedStep(run, step);
  const seen = run.emitted.map(({ port, point, emission }) => ({ port, point, alerts: emission.alerts ?? [] }));
  const wanted = (example.output ?? []).map(({ port = "out", point, alerts }) =>
    expect.objectContaining({
      port,
      point: expect.objectContaining(point),
      ...(alerts === undefined ? {} : { alerts: alerts.map((alert) => expect.objectContaining(alert)) }),
    }),
  );
  expect(seen).toEqual(wanted);
}

/** The configuration as a node gets it: a text in place of every reference to a secret. */
function withSecrets(config: Example["config"]): Example["config"] {
  const isReference = (value: unknown) => typeof value === "object" && value !== null && "$secret" in value;
  return JSON.parse(JSON.stringify(config), (_field, value: unknown) => (isReference(value) ? "a secret" : value));
}

function feedStep(run: ReturnType<typeof runOperator>, step: ExampleStep): void {
  const atMs = step.at === undefined ? run.clock.monotonic() : (parseDuration(step.at) ?? 0);
  run.clock.advance(atMs - run.clock.monotonic());
  if ("point" in step) run.point(step.point);
  else if ("raw" in step) run.raw(step.raw);
}
