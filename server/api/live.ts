/** `/api/live`: what happens in the gateway, to every viewer what they watch, as fast as they can read and no faster. */
import type { WebSocket } from "ws";
import { z } from "zod";
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { Bus } from "../bus/bus.ts";
import { nodeKey } from "../compiler/plan.ts";
import type { Activity, TapSample } from "../runtime/activity.ts";
import type { Runtime } from "../runtime/port.ts";
import type { ActivityLog } from "./activity-log.ts";
import type { Caller } from "./callers.ts";
import { closeReason } from "./close-reason.ts";
import type { AlarmCounts, Health, LiveEvent, LiveRequest, SubjectsSeen, Tap } from "./contract.ts";
import { SubjectCensus } from "./subject-census.ts";

/** A viewer with more than this unread gets no samples until it has caught up, and then the present state at once. */
const maxUnreadBytes = 1_000_000;
const pingEveryMs = 30_000;
/** Sessions that end by time are noticed this late at most. */
const recheckEveryMs = 60_000;
/** Also what tells a browser, which cannot see pings, that the line is alive. */
const healthEveryMs = 10_000;

const id = z.string().min(1).max(200);
const request: z.ZodType<LiveRequest> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("watch"), flows: z.array(id).max(1_000) }),
  z.strictObject({
    type: z.literal("tap"),
    taps: z.array(z.strictObject({ flow: id, node: id, port: z.string().max(200) })).max(500),
  }),
  z.strictObject({ type: z.literal("subjects"), isWatching: z.boolean() }),
]);

export interface LiveOptions {
  readonly runtime: Pick<Runtime, "tap" | "onActivity">;
  readonly activityLog: ActivityLog;
  readonly bus: Pick<Bus, "subscribe">;
  readonly clock: Clock;
  health(): Health;
  alarmCounts(): AlarmCounts;
}

/** Who looks, and whether they still may: sessions end, roles change. */
export interface Admission {
  readonly caller: Caller;
  isStill(): boolean;
}

interface Viewer {
  readonly socket: WebSocket;
  readonly admission: Admission;
  /** `undefined`: all. */
  watched: ReadonlySet<string> | undefined;
  taps: readonly Tap[];
  watchesSubjects: boolean;
  skipped: number;
  isBehind: boolean;
  isAlive: boolean;
}

export class Live {
  readonly #options: LiveOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #census: SubjectCensus;
  readonly #stop: () => void;

  constructor(options: LiveOptions) {
    this.#options = options;
    const { bus, clock, runtime, activityLog } = options;
    this.#census = new SubjectCensus({ bus, clock, onSeen: (seen) => this.#showSubjects(seen) });
    const timers: Timer[] = [
      clock.every(pingEveryMs, () => this.#ping()),
      clock.every(healthEveryMs, () => this.tellHealth()),
      clock.every(recheckEveryMs, () => this.dropStrangers()),
    ];
    const unsubscribe = runtime.onActivity((activity) => {
      activityLog.add(activity);
      for (const viewer of this.#viewers) this.#show(viewer, activity);
    });
    this.#stop = () => {
      unsubscribe();
      for (const timer of timers) timer.cancel();
    };
  }

  /** Takes over a WebSocket that has been let in. */
  accept(socket: WebSocket, admission: Admission): void {
    const viewer: Viewer = {
      socket,
      admission,
      watched: undefined,
      taps: [],
      watchesSubjects: false,
      skipped: 0,
      isBehind: false,
      isAlive: true,
    };
    this.#viewers.add(viewer);
    socket.on("pong", () => {
      viewer.isAlive = true;
    });
    socket.on("message", (data, isBinary) => this.#receive(viewer, isBinary ? undefined : String(data)));
    // What went wrong with somebody's line is no concern of the gateway; `close` follows.
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#viewers.delete(viewer);
      if (viewer.taps.length > 0) this.#tellTaps();
      this.#runCensus();
    });
    this.#showAll(viewer);
    send(viewer, { type: "health", health: this.#options.health() });
    send(viewer, { type: "alarms", counts: this.#options.alarmCounts() });
  }

  viewers(): number {
    return this.#viewers.size;
  }

  viewersOf({ name, identity }: Caller): number {
    if (identity === undefined) return 0;
    return [...this.#viewers].filter(({ admission }) => admission.caller.name === name).length;
  }

  /** Ends the feed of everybody who may no longer look. */
  dropStrangers(): void {
    for (const { socket, admission } of this.#viewers) if (!admission.isStill()) socket.close(4401, "signed out");
  }

  tellDeployed(flows: readonly { readonly id: string; readonly revision: number }[], author: string): void {
    for (const viewer of this.#viewers) send(viewer, { type: "deployed", flows, author });
  }

  /** To be called when it has changed; it is also told every 10 s. */
  tellHealth(): void {
    const health = this.#options.health();
    for (const viewer of this.#viewers) if (!isFull(viewer)) send(viewer, { type: "health", health });
  }

  /** To be called when something happened to alarms. */
  tellAlarms(): void {
    if (this.#viewers.size === 0) return;
    const counts = this.#options.alarmCounts();
    for (const viewer of this.#viewers) if (!isFull(viewer)) send(viewer, { type: "alarms", counts });
  }

  close(): void {
    this.#stop();
    this.#census.stop();
    for (const { socket } of this.#viewers) socket.close(1001, "the gateway is stopping");
  }

  #receive(viewer: Viewer, text: string | undefined): void {
    const parsed = request.safeParse(parseJson(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      viewer.socket.close(1008, closeReason(`not a request: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`));
      return;
    }
    if (parsed.data.type === "tap") {
      viewer.taps = parsed.data.taps;
      this.#tellTaps();
      return;
    }
    if (parsed.data.type === "subjects") {
      viewer.watchesSubjects = parsed.data.isWatching;
      this.#runCensus();
      if (viewer.watchesSubjects) send(viewer, { type: "subjects", ...this.#census.all() });
      return;
    }
    const before = viewer.watched;
    viewer.watched = new Set(parsed.data.flows);
    const added = parsed.data.flows.filter((flow) => before !== undefined && !before.has(flow));
    if (added.length > 0) this.#showAll(viewer, (flow) => added.includes(flow));
  }

  #show(viewer: Viewer, activity: Activity): void {
    const samples = activity.samples.filter((sample) => isTapped(viewer.taps, sample));
    if (viewer.taps.length > 0) viewer.skipped += activity.skipped;
    if (isFull(viewer)) {
      viewer.skipped += samples.length;
      viewer.isBehind = true;
      return;
    }
    const isWatched = ({ flow }: { readonly flow: string }) => viewer.watched?.has(flow) ?? true;
    const { statuses, nodes } = viewer.isBehind
      ? this.#options.activityLog.snapshot((flow) => isWatched({ flow }))
      : { statuses: activity.statuses.filter(isWatched), nodes: activity.nodes.filter(isWatched) };
    const errors = activity.errors.filter(isWatched);
    const { skipped } = viewer;
    if (statuses.length + nodes.length + samples.length + errors.length + skipped === 0) return;
    viewer.isBehind = false;
    viewer.skipped = 0;
    send(viewer, { type: "activity", statuses, nodes, samples, skipped, errors });
  }

  #showAll(viewer: Viewer, isWanted?: (flow: string) => boolean): void {
    const snapshot = this.#options.activityLog.snapshot(isWanted);
    send(viewer, { type: "activity", ...snapshot, samples: [], skipped: 0, errors: [] });
  }

  #tellTaps(): void {
    const all = [...this.#viewers].flatMap(({ taps }) => taps);
    const distinct = new Map(all.map((tap) => [`${nodeKey(tap.flow, tap.node)}/${tap.port}`, tap]));
    this.#options.runtime.tap([...distinct.values()]);
  }

  #runCensus(): void {
    if ([...this.#viewers].some(({ watchesSubjects }) => watchesSubjects)) this.#census.start();
    else this.#census.stop();
  }

  #showSubjects(seen: SubjectsSeen): void {
    for (const viewer of this.#viewers)
      if (viewer.watchesSubjects && !isFull(viewer)) send(viewer, { type: "subjects", ...seen });
  }

  #ping(): void {
    for (const viewer of this.#viewers) {
      if (!viewer.isAlive) viewer.socket.terminate();
      viewer.isAlive = false;
      viewer.socket.ping();
    }
  }
}

function isFull({ socket }: Viewer): boolean {
  return socket.bufferedAmount > maxUnreadBytes;
}

function send({ socket }: Viewer, event: LiveEvent): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(event));
}

function isTapped(taps: readonly Tap[], { flow, node, port }: TapSample): boolean {
  return taps.some((tap) => tap.flow === flow && tap.node === node && (tap.port === "" || tap.port === port));
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
