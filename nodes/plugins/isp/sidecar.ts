/** A configured sidecar: points go to it and come back, and what it sends by itself goes on as readings and points. */
import type { Timer } from "../../contract/clock.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import type { OpenedProcessor, ProcessorContext, ProcessorRequest } from "../../contract/processor.ts";
import { type Agreement, agreementOf, offer } from "./agreement.ts";
import type { Config } from "./config.ts";
import { Credits } from "./credits.ts";
import { completeSettings } from "./device-settings.ts";
import { type Frame, isObject } from "./frame.ts";
import { readIspPoint, readTime, writeIspPoint } from "./isp-point.ts";
import { Session } from "./session.ts";
import { watchSession } from "./watch.ts";

/** Requests one after the other without an answer, after which the sidecar counts as hung. */
const maxTimeouts = 3;
/** A sidecar that sends rubbish does so for every line: reported is one in so many. */
const badLineEvery = 100;

export class Sidecar implements OpenedProcessor<Point> {
  readonly #config: Config;
  readonly #context: ProcessorContext<undefined>;
  readonly #session: Session;
  readonly #agreement: Agreement;
  readonly #credits: Credits;
  readonly #watch: Timer;
  #timeouts = 0;

  /** Connects, configures and begins. Rejects with `ConnectionError` when the sidecar cannot be reached or refuses. */
  static async open(
    config: Config,
    port: number,
    context: ProcessorContext<undefined>,
    connectTimeoutMs: number,
  ): Promise<Sidecar> {
    const early: Frame[] = [];
    let sidecar: Sidecar | undefined;
    let badLines = 0;
    let unreported = 0;
    const session = await Session.connect({
      host: config.start === "program" ? "127.0.0.1" : config.host,
      port,
      clock: context.clock,
      signal: context.signal,
      connectTimeoutMs,
      onFrame: (frame) => (sidecar === undefined ? early.push(frame) : sidecar.#receive(frame)),
      onBadLine: (reason, line) => {
        unreported++;
        if (badLines++ % badLineEvery !== 0) return;
        context.report({
          type: "bad_line",
          message: `the sidecar sent a line that cannot be used (${badLines} so far): ${reason}`,
          original: line.slice(0, 1_000),
          count: unreported,
        });
        unreported = 0;
      },
      onLost: (error) => context.lost(error),
    });
    try {
      const agreement = await configure(session, config);
      session.maxLineBytes = agreement.maxLineBytes;
      sidecar = new Sidecar(config, context, session, agreement);
      for (const frame of early) sidecar.#receive(frame);
      return sidecar;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  private constructor(config: Config, context: ProcessorContext<undefined>, session: Session, agreement: Agreement) {
    this.#config = config;
    this.#context = context;
    this.#session = session;
    this.#agreement = agreement;
    this.#credits = new Credits(Math.min(agreement.credits, config.maxInFlight));
    context.status("connected", agreement.name ?? "");
    this.#watch = watchSession(session, {
      clock: context.clock,
      onHealth: ({ isHealthy, detail }) => context.status(isHealthy ? "connected" : "degraded", detail),
      onDead: (error) => context.lost(error),
    });
  }

  async process(point: Point, request: ProcessorRequest): Promise<void> {
    if (!this.#agreement.capabilities.has("process"))
      throw new MessageError(
        "unsupported",
        "the sidecar takes no points: it reads a device by itself. Remove the wire to it, or use one that announces `process`",
      );
    const outcome = await this.#credits.use(() => this.#ask(point, request.signal));
    if (!outcome.ok) throw new MessageError("sidecar_refused", `the sidecar could not handle it: ${outcome.error}`);
    const { key, device_id, timestamp } = point;
    for (const answered of pointsOf(outcome.data))
      request.emit(readIspPoint(answered, { deviceId: this.#device(), source: device_id, key, timestamp }));
  }

  async close(): Promise<void> {
    this.#watch.cancel();
    this.#session.close();
  }

  async #ask(point: Point, signal: AbortSignal) {
    if (signal.aborted) throw new MessageError("timeout", "the sidecar is still busy with earlier points");
    try {
      const outcome = await this.#session.request("DATA", { points: [writeIspPoint(point)] }, this.#config.timeout);
      this.#timeouts = 0;
      return outcome;
    } catch (error) {
      if (error instanceof MessageError && error.type === "timeout" && ++this.#timeouts >= maxTimeouts)
        this.#context.lost(new ConnectionError(`the sidecar has not answered ${maxTimeouts} requests in a row`));
      throw error;
    }
  }

  #device(): string | undefined {
    return this.#config.deviceId === "" ? undefined : this.#config.deviceId;
  }

  #receive(frame: Frame): void {
    if (frame.type === "HEARTBEAT") this.#session.send("HEARTBEAT");
    else if (frame.type === "DATA") this.#receiveData(frame);
    else
      this.#context.report({
        type: "bad_line",
        message: `the sidecar sent a ${frame.type}, which only the gateway sends`,
      });
  }

  /** Each device's points become one reading on `iot.raw.isp.{device_id}`; they follow under its trace. */
  #receiveData({ id, payload, timestamp }: Frame): void {
    const receivedAt = new Date(this.#context.clock.now()).toISOString();
    const byDevice = new Map<string, { readonly given: unknown[]; readonly points: Point[] }>();
    const members = pointsOf(payload);
    for (const given of members) {
      const point = this.#read(given, readTime(timestamp) ?? receivedAt);
      if (point === undefined) continue;
      const device = byDevice.get(point.device_id) ?? { given: [], points: [] };
      byDevice.set(point.device_id, device);
      device.given.push(given);
      device.points.push(point);
    }
    try {
      for (const [device_id, { given, points }] of byDevice) {
        const whole = given.length === members.length ? payload : { ...payload, points: given };
        const metadata = {
          frame: "DATA",
          ...(this.#agreement.name === undefined ? {} : { sidecar: this.#agreement.name }),
        };
        const trace = this.#context.emitRaw({
          device_id,
          payload: whole,
          encoding: "json",
          timestamp: receivedAt,
          metadata,
        });
        for (const point of points) this.#context.emit(point, { trace });
      }
      if (id !== undefined) this.#session.send("RESPONSE", id, { success: true });
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof MessageError)) throw error;
      // Without an id the sidecar cannot send it again; the runtime has counted it.
      if (id !== undefined) this.#session.send("RESPONSE", id, { success: false, error: error.message });
    }
  }

  #read(given: unknown, timestamp: string): Point | undefined {
    try {
      return readIspPoint(given, { deviceId: this.#device(), timestamp });
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      const original = JSON.stringify(given)?.slice(0, 1_000) ?? "";
      this.#context.report({ type: error.type, message: `a point of the sidecar: ${error.message}`, original });
      return undefined;
    }
  }
}

async function configure(session: Session, { settings, configTimeout }: Config): Promise<Agreement> {
  try {
    const outcome = await session.request("CONFIG", { ...completeSettings(settings), isp: offer }, configTimeout);
    if (outcome.ok) return agreementOf(outcome.data);
    throw new ConnectionError(`the sidecar refuses its settings: ${outcome.error}`);
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new ConnectionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function pointsOf(data: unknown): readonly unknown[] {
  if (!isObject(data) || data["points"] === undefined || data["points"] === null) return [];
  return Array.isArray(data["points"]) ? data["points"] : [data["points"]];
}
