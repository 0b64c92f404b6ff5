/** From points to alerts: one alarm for each limit of each series that is not normal. */
import { randomUUID } from "node:crypto";
import { MessageError } from "../../contract/errors.ts";
import type { AlarmCommand, Operator, OperatorContext, Trace } from "../../contract/operator.ts";
import type { AlarmEvent, Alert, Point } from "../../contract/point.ts";
import { compileExpression } from "../../expression/expression.ts";
import { timestampMs } from "../../points/timestamp.ts";
import { Alarm, type AlarmSettings } from "./alarm.ts";
import type { AlertConfig } from "./config.ts";
import { Countdown } from "./countdown.ts";
import { detector, type Limit, type Measured, remembersAll, valueIn } from "./kinds.ts";
import { alertMaker } from "./message.ts";
import type { SavedEntry } from "./saved.ts";
import { selection } from "./selection.ts";

/** An alarm that is not normal, or of a kind that remembers every series. */
export interface Watched {
  readonly alarm: Alarm;
  readonly limit: Limit;
  readonly series: string;
  /** The latest, also while a delay runs. */
  point: Point;
  trace: Trace;
  /** Of the occurrence: made when it is raised. */
  id: string;
  raisedAt: string;
  /** For rates of change. */
  measured: Measured | undefined;
  /** For silence: runs from point to point. */
  silence: Countdown | undefined;
  seenMs: number;
}

type Port = "out" | "cleared" | "operated";

export function alerting(config: AlertConfig, context: OperatorContext<SavedEntry>): Operator<Point, SavedEntry> {
  const { clock } = context;
  const isSelected = selection(config);
  const { limits, measure } = detector(config);
  const readValue = valueIn(config);
  const suppress = config.suppress === undefined ? undefined : compileExpression(config.suppress);
  const alertOf = alertMaker(config, context);
  const { kind } = config;
  const keepsAll = remembersAll(kind);
  const holdsOnBad =
    kind !== "noData" &&
    kind !== "badQuality" &&
    (config.onBadQuality ?? (kind === "expression" ? "use" : "hold")) === "hold";
  const settings: AlarmSettings = {
    onDelayMs: config.onDelay,
    offDelayMs: config.offDelay,
    repeatMs: config.repeat,
    throttleMs: config.throttle,
    isLatching: config.latch,
    needsAcknowledgement: config.acknowledge,
    isOutOfService: config.outOfService,
  };
  const watched = new Map<string, Watched>();
  const byId = new Map<string, Watched>();
  /** Over, and remembered only until somebody acknowledges them: the oldest makes room. */
  const returned = new Set<Watched>();
  let changed = new Set<string>();
  /** What one point causes is told together. */
  let together: Map<Port, Alert[]> | undefined;
  let by: string | undefined;

  const portOf = (event: AlarmEvent): Port =>
    event === "cleared" ? "cleared" : event === "raised" || event === "repeated" ? "out" : "operated";

  function tell(event: AlarmEvent, one: Watched): void {
    if (event === "raised") begin(one);
    const alert = alertOf(event, one, by);
    const port = portOf(event);
    const others = together?.get(port);
    if (others !== undefined) others.push(alert);
    else if (together !== undefined) together.set(port, [alert]);
    else context.emit(one.point, { ...(port === "out" ? {} : { port }), alerts: [alert], trace: one.trace });
  }

  function begin(one: Watched): void {
    byId.delete(one.id);
    one.id = randomUUID();
    one.raisedAt = kind === "noData" ? new Date(clock.now()).toISOString() : one.point.timestamp;
    byId.set(one.id, one);
  }

  /** Notes that it has changed, and forgets it when that loses nothing. */
  function keep(one: Watched): void {
    changed.add(one.series);
    if (one.alarm.isReturned) returned.add(one);
    else returned.delete(one);
    if (one.alarm.isIdle && !keepsAll) forget(one);
  }

  function forget(one: Watched): void {
    one.alarm.close();
    one.silence?.stop();
    watched.delete(one.series);
    byId.delete(one.id);
    returned.delete(one);
    changed.add(one.series);
  }

  function watch(series: string, limit: Limit, point: Point, trace: Trace): Watched {
    if (watched.size >= config.maxActive) makeRoom();
    const one = make(series, limit, point, trace);
    watched.set(series, one);
    return one;
  }

  function makeRoom(): void {
    const [oldest] = returned;
    if (oldest === undefined)
      throw new MessageError(
        "limit",
        `${config.maxActive} series are in alert or in delay already; raise "Alerts at a time", or narrow keys and devices`,
      );
    forget(oldest);
  }

  function make(series: string, limit: Limit, point: Point, trace: Trace, saved?: SavedEntry): Watched {
    const alarm = new Alarm(
      clock,
      settings,
      (event) => tell(event, one),
      () => keep(one),
      saved?.alarm,
    );
    const one: Watched = {
      alarm,
      limit,
      series,
      point,
      trace,
      id: saved?.id ?? "",
      raisedAt: saved?.raisedAt ?? "",
      measured: undefined,
      silence: kind === "noData" ? new Countdown(clock, () => silent(one)) : undefined,
      seenMs: clock.monotonic(),
    };
    return one;
  }

  /** Started anew only when it ends: to do it for each point would cost each point a timer. */
  function silent(one: Watched): void {
    const leftMs = one.seenMs + config.timeout - clock.monotonic();
    if (leftMs > 0) one.silence?.start(leftMs);
    else one.alarm.see("on");
    keep(one);
  }

  function seen(one: Watched, point: Point, trace: Trace): void {
    one.point = point;
    one.trace = trace;
    one.seenMs = clock.monotonic();
    if (one.silence?.isRunning === false) one.silence.start(config.timeout);
  }

  function look(limit: Limit, point: Point, trace: Trace, isSuppressed: boolean): void {
    const series = seriesOf(limit, point);
    const known = watched.get(series);
    const measured = kind === "rate" ? known?.measured : undefined;
    const atMs = kind === "rate" ? timestampMs(point) : 0;
    // Two values at the same time have no rate, and one from before says nothing new.
    if (measured !== undefined && atMs <= measured.atMs) return;
    const amount = measure(point, measured);
    const isOn = limit.isPassed(amount);
    if (known === undefined && !isOn && !keepsAll) return;
    const isOff = !isOn && limit.isReturned(amount, point);
    const one = known ?? watch(series, limit, point, trace);
    if (kind === "rate") one.measured = { value: readValue(point), atMs };
    seen(one, point, trace);
    one.alarm.suppress(isSuppressed);
    one.alarm.see(isOn ? "on" : isOff ? "off" : "between");
    keep(one);
  }

  function process(point: Point, trace: Trace): void {
    if (!isSelected(point)) return;
    if (holdsOnBad && point.quality !== 0) return;
    const isSuppressed = suppress?.test(point) ?? false;
    const told = new Map<Port, Alert[]>();
    together = told;
    try {
      for (const limit of limits) look(limit, point, trace, isSuppressed);
    } finally {
      together = undefined;
      for (const [port, alerts] of told) context.emit(point, { ...(port === "out" ? {} : { port }), alerts, trace });
    }
  }

  function command(asked: AlarmCommand): boolean {
    const one = byId.get(asked.id);
    if (one === undefined) return false;
    by = asked.by;
    try {
      return carryOut(one.alarm, asked);
    } finally {
      by = undefined;
      keep(one);
    }
  }

  function carryOut(alarm: Alarm, asked: AlarmCommand): boolean {
    if (asked.verb === "acknowledge") return alarm.acknowledge();
    if (asked.verb === "unshelve") return alarm.unshelve();
    const forMs = Math.min(asked.untilMs - clock.now(), config.maxShelve);
    if (forMs <= 0) return false;
    alarm.shelve(forMs);
    return true;
  }

  function restore(): void {
    for (const [series, saved] of context.restored) {
      const limit = limits.find(({ name }) => name === saved.limit);
      const one = make(series, limit ?? goneLimit(saved.limit, config), saved.point, saved.trace, saved);
      watched.set(series, one);
      if (saved.id !== "") byId.set(saved.id, one);
      if (saved.measuredMs !== undefined && kind === "rate")
        one.measured = { value: readValue(saved.point), atMs: saved.measuredMs };
      if (one.alarm.isReturned) returned.add(one);
      one.silence?.start(config.timeout);
      // Nothing will ever clear it; told once the node runs.
      if (limit === undefined || !isSelected(one.point)) clock.after(0, () => leave(one));
    }
  }

  function leave(one: Watched): void {
    if (watched.get(one.series) !== one) return;
    one.alarm.end();
    forget(one);
  }

  restore();
  return {
    process,
    command,
    *snapshot(which) {
      const entries = which === "all" ? [...watched.keys()] : changed;
      for (const entry of entries) yield [entry, save(watched.get(entry))] as const;
      changed = new Set();
    },
    close() {
      for (const { alarm, silence } of watched.values()) {
        alarm.close();
        silence?.stop();
      }
      watched.clear();
      byId.clear();
    },
  };
}

function seriesOf({ name }: Limit, { device_id, key }: Point): string {
  return `${name} ${device_id.length} ${device_id}${key}`;
}

/** Of a limit that was taken out of the settings: it can only end. */
function goneLimit(name: string, { level }: AlertConfig): Limit {
  const isLimit = (text: string): text is Limit["name"] => ["hihi", "hi", "lo", "lolo"].includes(text);
  const none = { threshold: undefined, level, isPassed: () => false, isReturned: () => true };
  return { name: isLimit(name) ? name : "", ...none };
}

function save(one: Watched | undefined): SavedEntry | undefined {
  if (one === undefined) return undefined;
  const { limit, point, trace, id, raisedAt, measured, alarm } = one;
  return { limit: limit.name, point, trace, id, raisedAt, measuredMs: measured?.atMs, alarm: alarm.save() };
}
