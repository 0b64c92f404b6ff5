/** For tests of sidecars: one whose behaviour the test decides, and the node alone with what it tells. */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../contract/clock.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { Emission, Trace } from "../../contract/operator.ts";
import type { Point } from "../../contract/point.ts";
import type { ProcessorContext } from "../../contract/processor.ts";
import { connectorSurroundings } from "../../contract/testing.ts";
import isp from "./isp.node.ts";

export interface FakeFrame {
  readonly type: string;
  readonly id?: string;
  readonly payload: Record<string, unknown>;
}

/** A server that reads frames as lines of JSON and answers what the test says. */
export async function fakeSidecar(onFrame: (frame: FakeFrame, sidecar: FakeSidecar, socket: Socket) => void) {
  const sidecar = new FakeSidecar();
  const server = createServer((socket) => {
    sidecar.sockets.push(socket);
    socket.on("error", () => undefined);
    createInterface({ input: socket }).on("line", (line) => {
      const frame = readLine(line);
      if (frame === undefined) return;
      sidecar.current = socket;
      sidecar.frames.push(frame);
      onFrame(frame, sidecar, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(sidecar.port, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address === "object" && address !== null) sidecar.port = address.port;
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sidecar.sockets) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(close);
  sidecar.close = close;
  return sidecar;
}

function readLine(line: string): FakeFrame | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export class FakeSidecar {
  port = 0;
  close: () => Promise<void> = async () => undefined;
  readonly frames: FakeFrame[] = [];
  readonly sockets: Socket[] = [];
  /** The one that spoke last. */
  current: Socket | undefined;

  write(text: string): void {
    this.current?.write(text);
  }
  send(frame: object): void {
    this.write(`${JSON.stringify({ timestamp: 1_767_225_600_000_000_000, ...frame })}\n`);
  }
  respond({ id }: FakeFrame, data: unknown): void {
    this.send({ type: "RESPONSE", id, payload: { success: true, data } });
  }
  refuse({ id }: FakeFrame, error: string): void {
    this.send({ type: "RESPONSE", id, payload: { success: false, error } });
  }
  data(points: readonly object[], id?: string): void {
    this.send({ type: "DATA", ...(id === undefined ? {} : { id }), payload: { points } });
  }
  of(type: string): readonly FakeFrame[] {
    return this.frames.filter((frame) => frame.type === type);
  }
}

/** Answers as the first sidecars do; `more` sees every frame first and says whether it has dealt with it. */
export function plainSidecar(more: (frame: FakeFrame, sidecar: FakeSidecar) => boolean = () => false) {
  return fakeSidecar((frame, sidecar) => {
    if (more(frame, sidecar)) return;
    if (frame.type === "CONFIG") sidecar.respond(frame, "配置成功");
    if (frame.type === "STATUS")
      sidecar.respond(frame, { name: "fake", running: true, connected: false, health: "healthy" });
    if (frame.type === "METRICS") sidecar.respond(frame, { data_points_collected: 3, errors_count: 0 });
  });
}

/** Answers CONFIG as one of the second version, and DATA with twice the value. */
export function doublingSidecar(agreement: object = {}, onData?: (frame: FakeFrame, sidecar: FakeSidecar) => void) {
  return plainSidecar((frame, sidecar) => {
    if (frame.type === "CONFIG")
      sidecar.respond(frame, {
        isp: { version: 2, name: "doubler", capabilities: ["process", "ack"], credits: 8, ...agreement },
      });
    else if (frame.type === "DATA" && onData !== undefined) onData(frame, sidecar);
    else if (frame.type === "DATA")
      sidecar.respond(frame, {
        points: (frame.payload["points"] as { value: number }[]).map((point) => ({ ...point, value: point.value * 2 })),
      });
    else return false;
    return true;
  });
}

/** Opens the node with the given configuration and collects what it tells. */
export async function openIsp(
  config: object,
  changes: Partial<{ clock: Clock; filesRoot: string; busAway: boolean }> = {},
) {
  const abort = new AbortController();
  const told = {
    states: [] as string[],
    lost: [] as string[],
    reports: [] as { type: string; message: string; original?: string; count?: number }[],
    raw: [] as { device_id: string; payload: unknown; trace: string }[],
    points: [] as (Point & { trace: string })[],
    log: [] as string[],
    busAway: changes.busAway ?? false,
  };
  let traces = 0;
  const context: ProcessorContext<undefined> = {
    ...connectorSurroundings(),
    filesRoot: changes.filesRoot ?? "",
    clock: changes.clock ?? systemClock,
    signal: abort.signal,
    connection: undefined,
    ruleId: "",
    bus: {
      publish: () => undefined,
      request: () => Promise.reject(new Error("no bus in this test")),
    },
    status: (state, detail) => told.states.push(`${state} ${detail}`.trim()),
    lost: (error) => {
      told.lost.push(error.message);
      abort.abort();
    },
    emitRaw: ({ device_id, payload }): Trace => {
      if (told.busAway) throw new ConnectionError("the bus is away");
      const trace = { id: `trace-${++traces}`, hops: 0 };
      told.raw.push({ device_id, payload, trace: trace.id });
      return trace;
    },
    emit: (point: Point, { trace }: Emission & { readonly trace: Trace }) =>
      void told.points.push({ ...point, trace: trace.id }),
    report: (error) => void told.reports.push(error),
    log: (line) => void told.log.push(line),
  };
  const opening = isp.open(isp.config.parse(config), context);
  onTestFinished(async () => {
    abort.abort();
    await opening.then((open) => open.close()).catch(() => undefined);
  });
  const node = await opening;
  const ask = async (point: Point) => {
    const emitted: Point[] = [];
    const notes = new Map();
    const trace = { id: "asked", hops: 0 };
    const signal = new AbortController().signal;
    await node.process(point, { trace, attempt: 1, notes, signal, emit: (answer) => void emitted.push(answer) });
    return emitted;
  };
  return { node, told, ask, abort };
}
