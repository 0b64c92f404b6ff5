/** From points to windows: finds each point's group and time, and lets time close what it has to close. */
import type { Timer } from "../../contract/clock.ts";
import { MessageError } from "../../contract/errors.ts";
import type { Operator, OperatorContext, Trace } from "../../contract/operator.ts";
import type { Point } from "../../contract/point.ts";
import { compileExpression } from "../../expression/expression.ts";
import { show } from "../../expression/kinds.ts";
import { timestampMs } from "../../points/timestamp.ts";
import { evictionTeller } from "../evictions.ts";
import { roughly } from "./duration-text.ts";
import { teller } from "./emission.ts";
import { needsOf, type Scalar } from "./functions.ts";
import { Group, type Moment, type SavedGroup, type TimeSettings } from "./group.ts";
import { grouping } from "./grouping.ts";
import { Groups } from "./groups.ts";
import { windowKind } from "./kinds.ts";
import type { Settings } from "./settings.ts";
import type { TallyOptions } from "./tally.ts";

/** How often the progress of groups is looked at where it depends on several devices or on silence. */
const tickMs = { least: 20, most: 1_000 };
/** A timer cannot be set further ahead than 24 days. */
const longestWaitMs = 3_600_000;
/** A wall clock that goes back by more than this has been set. */
const setBackMs = 1_000;

export function aggregating(settings: Settings, context: OperatorContext<SavedGroup>): Operator<Point, SavedGroup> {
  const { clock, emit } = context;
  const needs = needsOf(settings.functions, settings.percentiles);
  const kind = windowKind(settings);
  const { byDevice, restOf, identityOf } = grouping(settings);
  const valueIn = settings.value === undefined ? undefined : compileExpression(settings.value);
  const inState = settings.state === undefined ? undefined : compileExpression(settings.state);
  const tell = teller(settings, kind.name, context.ruleId);
  const isEventTime = settings.time === "event" || kind.goesBy === "arrival";
  const time: TimeSettings = { latenessMs: settings.lateness, idleMs: settings.idleTimeout };
  const byOrder = needs.has("order");
  const waits = byOrder && kind.goesBy === "time" && isEventTime && time.latenessMs > 0;
  const needsNumber = needs.has("number");
  const onlyGood = settings.quality === "good";
  const tallyOptions: TallyOptions = {
    byOrder,
    onLine: settings.between === "line",
    keptValues: needs.has("values") ? Math.max(1, settings.keptValues) : 0,
    upper: settings.upper ?? Number.POSITIVE_INFINITY,
    lower: settings.lower ?? Number.NEGATIVE_INFINITY,
  };
  const groups = new Groups(settings.maxGroups, evict);
  const tellEviction = evictionTeller(
    context,
    (count) =>
      `${count} group(s) had to end early since there are more than ${settings.maxGroups}; raise "Groups at most", or group by less`,
  );
  let dirty: Group[] = [];
  let gone = new Set<string>();
  let lastNowMs = Number.NEGATIVE_INFINITY;
  let timer: Timer | undefined;
  let dueMs = Number.POSITIVE_INFINITY;

  const nowBoth = (): Moment => ({ wallMs: clock.now(), monotonicMs: clock.monotonic() });

  function makeGroup(make: (window: Group["window"]) => Group, saved?: unknown): Group {
    const window = kind.create(
      {
        tally: tallyOptions,
        close(tally, span, early) {
          const told = tell(group, tally, span, early);
          touch(group);
          emit(told.point, told.emission);
        },
      },
      saved,
    );
    const group = make(window);
    return group;
  }

  function touch(group: Group): void {
    if (group.isDirty) return;
    group.isDirty = true;
    dirty.push(group);
  }

  function evict(group: Group): void {
    group.flush(`ended early: more than ${settings.maxGroups} groups`);
    gone.add(entryOf(group));
    tellEviction();
  }

  function groupOf(point: Point): Group {
    const rest = restOf(point);
    const known = groups.find(byDevice ? point.device_id : "", rest);
    if (known !== undefined) {
      known.wasSeen = true;
      return known;
    }
    const identity = identityOf(point);
    const group = makeGroup((window) => new Group(identity, rest, window));
    group.tags = Object.fromEntries(settings.groupTags.map((name) => [name, identity.others[name] ?? ""]));
    groups.add(group);
    return group;
  }

  /** The time that a point counts at; the gateway's clock is never let go back within a group. */
  function timeOf(point: Point, group: Group, nowMs: number): number {
    if (!isEventTime) return Math.max(nowMs, group.newestMs);
    const atMs = timestampMs(point);
    return kind.goesBy === "arrival" ? Math.max(atMs, group.newestMs) : atMs;
  }

  function process(point: Point, trace: Trace): void {
    const nowMs = clock.now();
    if (!isEventTime && nowMs < lastNowMs - setBackMs) setBack();
    lastNowMs = nowMs;
    const group = groupOf(point);
    group.trace = trace;
    touch(group);
    const atMs = timeOf(point, group, nowMs);
    if (isEventTime && atMs > nowMs + settings.maxFuture) {
      const ahead = `${roughly(atMs - nowMs)} ahead of the gateway's clock`;
      emit(point, { port: "late", reason: ahead });
      return;
    }
    const isByTime = kind.goesBy === "time";
    let doneMs = atMs;
    if (isByTime && isEventTime) doneMs = group.observe(point.device_id, atMs, clock.monotonic(), time);
    else group.newestMs = Math.max(group.newestMs, atMs);
    if (isByTime && doneMs >= group.nextMs) group.advance(doneMs);
    if (isByTime && byOrder && atMs < (waits ? doneMs : group.newestMs)) {
      emit(point, { port: "late", reason: "older than points that were counted, and its functions go by their order" });
      return;
    }
    try {
      count(point, group, atMs);
    } finally {
      if (isByTime) arm(group.nextMs, nowMs);
    }
  }

  function count(point: Point, group: Group, atMs: number): void {
    const isGood = point.quality === 0;
    if (!isGood) group.badQuality = point.quality;
    if (!isGood && onlyGood) {
      group.window.note(atMs, "bad");
      return;
    }
    const value = read(point, group, atMs);
    if (byDevice) group.tags = point.tags;
    const isIn = inState?.test(point) ?? false;
    if (waits) group.wait({ atMs, value, isGood, isIn });
    else {
      const late = group.window.add(atMs, value, isGood, isIn, kind.mark?.(point) ?? "neither");
      if (late !== undefined) emit(point, { port: "late", reason: late });
    }
  }

  /** The value to count. Throws `MessageError` for one that cannot be, having counted it as missing. */
  function read(point: Point, group: Group, atMs: number): Scalar {
    try {
      return scalarOf(point, valueIn === undefined ? point.value : valueIn.evaluate(point), needsNumber);
    } catch (error) {
      group.window.note(atMs, "missing");
      throw error;
    }
  }

  /** The gateway's clock was set back: what is open ends as it is, or it would last until the clock is there again. */
  function setBack(): void {
    for (const group of groups) group.flush("ended early: the gateway's clock was set back");
  }

  function arm(nextMs: number, nowMs: number): void {
    if (nextMs >= dueMs || nextMs === Number.POSITIVE_INFINITY) return;
    if (isEventTime && timer !== undefined) return;
    timer?.cancel();
    dueMs = nextMs;
    const waitMs = isEventTime
      ? Math.min(tickMs.most, Math.max(tickMs.least, time.idleMs / 4))
      : Math.min(longestWaitMs, Math.max(1, nextMs - nowMs));
    timer = clock.after(waitMs, tick);
  }

  function tick(): void {
    timer = undefined;
    dueMs = Number.POSITIVE_INFINITY;
    const { wallMs, monotonicMs } = nowBoth();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const group of groups) {
      if (group.nextMs === Number.POSITIVE_INFINITY) continue;
      const doneMs = isEventTime ? group.progress(monotonicMs, time) : wallMs;
      if (doneMs >= group.nextMs) {
        group.advance(doneMs);
        touch(group);
      }
      nextMs = Math.min(nextMs, group.nextMs);
    }
    arm(nextMs, wallMs);
  }

  function restore(): void {
    const now = nowBoth();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const saved of [...context.restored.values()].slice(0, settings.maxGroups)) {
      const group = makeGroup((window) => Group.restore(saved, window, now), saved.window);
      groups.add(group);
      lastNowMs = Math.max(lastNowMs, group.newestMs);
      nextMs = Math.min(nextMs, group.nextMs);
    }
    for (const entry of [...context.restored.keys()].slice(settings.maxGroups)) gone.add(entry);
    arm(nextMs, now.wallMs);
  }

  restore();
  return {
    process,
    *snapshot(which) {
      const now = nowBoth();
      const changed = which === "all" ? groups : dirty;
      if (which === "changed") for (const entry of gone) yield [entry, undefined] as const;
      for (const group of changed)
        if (which === "all" || groups.find(group.identity.device, group.rest) === group)
          yield [entryOf(group), group.save(now)] as const;
      for (const group of dirty) group.isDirty = false;
      dirty = [];
      gone = new Set();
    },
    close() {
      timer?.cancel();
    },
  };
}

function entryOf({ identity, rest }: Group): string {
  return JSON.stringify([identity.device, rest]);
}

function scalarOf(point: Point, given: unknown, needsNumber: boolean): Scalar {
  const value = typeof given === "bigint" ? Number(given) : given;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const isComposite = typeof value === "object" && value !== null;
  if (!needsNumber && (typeof value === "string" || typeof value === "boolean")) return value;
  const what = `${point.key} of ${point.device_id} is ${typeof value === "number" || value === null ? String(value) : show(value)}`;
  throw new MessageError(
    "type_mismatch",
    isComposite
      ? `${what}; say under Value which part of it to aggregate, for example value.latitude or value.x`
      : `${what}, which cannot be aggregated`,
  );
}
