/** Whether a sidecar speaks the protocol, found out by talking to it. Used by `sluice isp-check`. */
import type { Clock } from "../../contract/clock.ts";
import { MessageError } from "../../contract/errors.ts";
import { type Agreement, agreementOf, offer } from "./agreement.ts";
import { completeSettings } from "./device-settings.ts";
import { type Frame, firstMaxLineBytes, isObject, type Outcome } from "./frame.ts";
import { readIspPoint, readTime } from "./isp-point.ts";
import { Session } from "./session.ts";

export interface Finding {
  readonly level: "ok" | "warning" | "failure" | "skipped";
  readonly what: string;
  readonly detail: string;
}

export interface CheckOptions {
  readonly host: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, unknown>>;
  /** How long it waits for DATA and HEARTBEAT. */
  readonly waitMs: number;
  readonly clock: Clock;
}

type Tell = (finding: Finding) => void;

const connectTimeoutMs = 10_000;
const configTimeoutMs = 30_000;
const statusTimeoutMs = 5_000;
const metricsTimeoutMs = 10_000;
const processTimeoutMs = 10_000;
const dayMs = 86_400_000;
const pollMs = 20;

/** What has come on a connection. */
class Heard {
  readonly frames: Frame[] = [];
  readonly bad: string[] = [];
  longestBytes = 0;
  hasTextTimestamp = false;
  hasFraction = false;
  lost: Error | undefined;

  line(line: string): void {
    this.longestBytes = Math.max(this.longestBytes, Buffer.byteLength(line) + 1);
    this.hasTextTimestamp ||= /[{,]\s*"timestamp"\s*:\s*"/.test(line);
    this.hasFraction ||= /[{,]\s*"timestamp"\s*:\s*-?\d+(?:\.|[eE])/.test(line);
  }
  of(type: string): readonly Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }
}

/** Tells each finding as it is made. Ends early when there is nothing to talk to. */
export async function checkSidecar(options: CheckOptions, tell: Tell): Promise<void> {
  const check = new Check(options, tell);
  try {
    await check.run();
  } finally {
    check.end();
  }
}

class Check {
  readonly #options: CheckOptions;
  readonly #tell: Tell;
  readonly #abort = new AbortController();
  readonly #heard = new Heard();

  constructor(options: CheckOptions, tell: Tell) {
    this.#options = options;
    this.#tell = tell;
  }

  end(): void {
    this.#abort.abort();
  }

  async run(): Promise<void> {
    const session = await this.#connect("accepts a connection", this.#heard);
    if (session === undefined) return;
    const agreement = await this.#configure(session);
    if (agreement === undefined) return;
    session.maxLineBytes = agreement.maxLineBytes;
    await this.#answers(session, "STATUS", statusTimeoutMs, "failure", statusFault);
    await this.#answers(session, "METRICS", metricsTimeoutMs, "warning", metricsFault);
    session.send("SLUICE_CHECK", undefined, {});
    await this.#survives(session, "passes over a frame of an unknown type");
    session.sendLine('{"type":"DATA","payl{');
    await this.#survives(session, "passes over a line that is no JSON");
    await this.#process(session, agreement);
    await this.#listen();
    this.#judgeLines(agreement);
    await this.#second(session);
    await this.#again(session);
  }

  #ok(what: string, detail = ""): void {
    this.#tell({ level: "ok", what, detail });
  }
  #fail(what: string, detail: string, level: "failure" | "warning" | "skipped" = "failure"): void {
    this.#tell({ level, what, detail });
  }

  async #connect(what: string, heard: Heard): Promise<Session | undefined> {
    const { host, port, clock } = this.#options;
    try {
      const session = await Session.connect({
        host,
        port,
        clock,
        signal: this.#abort.signal,
        connectTimeoutMs,
        onLine: (line) => heard.line(line),
        onFrame: (frame) => {
          heard.frames.push(frame);
          if (frame.type === "HEARTBEAT") session.send("HEARTBEAT");
          if (frame.type === "DATA" && frame.id !== undefined) session.send("RESPONSE", frame.id, { success: true });
        },
        onBadLine: (reason) => heard.bad.push(reason),
        onLost: (error) => {
          heard.lost = error;
        },
      });
      this.#ok(what);
      return session;
    } catch (error) {
      this.#fail(what, wordsOf(error));
      return undefined;
    }
  }

  async #configure(session: Session): Promise<Agreement | undefined> {
    const what = "answers CONFIG with success";
    const payload = { ...completeSettings(this.#options.settings), isp: offer };
    const outcome = await this.#ask(session, "CONFIG", payload, configTimeoutMs, what, "failure");
    if (outcome === undefined) return undefined;
    if (!outcome.ok) {
      this.#fail(what, `it refuses: ${outcome.error}; give it settings it can work with, as a file behind the address`);
      return undefined;
    }
    try {
      const agreement = agreementOf(outcome.data);
      const { version, capabilities, credits } = agreement;
      const can = [...capabilities].join(", ");
      this.#ok(
        what,
        version === 1 ? "version 1" : `version ${version}, can ${can || "nothing more"}, ${credits} credits`,
      );
      return agreement;
    } catch (error) {
      this.#fail(what, wordsOf(error));
      return undefined;
    }
  }

  async #ask(
    session: Session,
    type: string,
    payload: object | undefined,
    timeoutMs: number,
    what: string,
    level: "failure" | "warning",
  ): Promise<Outcome | undefined> {
    try {
      return await session.request(type, payload, timeoutMs);
    } catch (error) {
      this.#fail(what, wordsOf(error), error instanceof MessageError ? level : "failure");
      return undefined;
    }
  }

  async #answers(
    session: Session,
    type: string,
    timeoutMs: number,
    level: "failure" | "warning",
    faultIn: (data: unknown) => string | undefined,
  ): Promise<void> {
    const what = `answers ${type}`;
    const outcome = await this.#ask(session, type, undefined, timeoutMs, what, level);
    if (outcome === undefined) return;
    const fault = outcome.ok ? faultIn(outcome.data) : `it refuses: ${outcome.error}`;
    if (fault === undefined) this.#ok(what);
    else this.#fail(what, fault, outcome.ok ? "warning" : level);
  }

  async #survives(session: Session, what: string): Promise<void> {
    const outcome = await this.#ask(session, "STATUS", undefined, statusTimeoutMs, what, "failure");
    if (outcome !== undefined) this.#ok(what);
  }

  async #process(session: Session, { capabilities }: Agreement): Promise<void> {
    const what = "answers points it is given";
    if (!capabilities.has("process")) return this.#fail(what, "it does not announce `process`", "skipped");
    const timestamp = `${BigInt(this.#options.clock.now()) * 1_000_000n}`;
    const point = { key: "check", source: "sluice-check", timestamp, value: 21.5, type: "float", quality: 1, tags: {} };
    const outcome = await this.#ask(session, "DATA", { points: [point] }, processTimeoutMs, what, "failure");
    if (outcome === undefined) return;
    if (!outcome.ok) return this.#ok(what, `it refuses a number, in words: ${outcome.error}`);
    const points = isObject(outcome.data) ? outcome.data["points"] : undefined;
    if (!Array.isArray(points)) return this.#fail(what, 'the data of its answer has no list "points"');
    const fault = points
      .map((given) => pointFault(given, { source: "d", key: "k" }))
      .find((each) => each !== undefined);
    if (fault === undefined) this.#ok(what, `${points.length} for one`);
    else this.#fail(what, fault);
  }

  /** Waits for what it sends by itself, no longer than needed. */
  async #listen(): Promise<void> {
    const { clock, waitMs } = this.#options;
    const heard = this.#heard;
    const untilMs = clock.monotonic() + waitMs;
    const isComplete = () => heard.of("DATA").length > 0 && heard.of("HEARTBEAT").length > 0;
    while (!isComplete() && heard.lost === undefined && clock.monotonic() < untilMs)
      await new Promise<void>((resolve) => clock.after(pollMs, resolve));
    const waited = `within ${waitMs / 1_000} s`;
    const data = heard.of("DATA");
    if (data.length === 0) this.#fail("sends DATA by itself", `none ${waited}`, "skipped");
    else this.#judgeData(data);
    if (heard.of("HEARTBEAT").length > 0) this.#ok("sends HEARTBEAT");
    else this.#fail("sends HEARTBEAT", `none ${waited}; there should be one every 15 s after CONFIG`, "warning");
    if (heard.lost !== undefined) this.#fail("keeps the connection", heard.lost.message);
  }

  #judgeData(data: readonly Frame[]): void {
    const what = "sends DATA by itself";
    const points = data.flatMap(({ payload }) => (Array.isArray(payload["points"]) ? payload["points"] : []));
    const faults = points.map((point) => pointFault(point, {})).filter((each) => each !== undefined);
    const fault = points.length === 0 ? 'its payload has no list "points"' : faults[0];
    if (fault !== undefined) {
      this.#fail(what, fault);
      return;
    }
    this.#ok(what, `${points.length} points in ${data.length} frames`);
    const times = points.map((point) => (isObject(point) ? readTime(point["timestamp"]) : undefined));
    const odd = times.find(
      (time) => time !== undefined && Math.abs(Date.parse(time) - this.#options.clock.now()) > dayMs,
    );
    if (times.includes(undefined))
      this.#fail("gives each point its time", "some have none that can be read", "warning");
    else if (odd !== undefined) this.#fail("gives each point its time", `${odd} is more than a day away`, "warning");
    else this.#ok("gives each point its time");
  }

  #judgeLines({ version, maxLineBytes }: Agreement): void {
    const { bad, longestBytes, hasTextTimestamp, hasFraction } = this.#heard;
    if (bad.length === 0) this.#ok("writes whole frames, one on each line");
    else
      this.#fail("writes whole frames, one on each line", `${bad.length} lines cannot be used; the first: ${bad[0]}`);
    const most = version === 1 ? firstMaxLineBytes : maxLineBytes;
    if (longestBytes <= most) this.#ok("keeps lines short enough", `${longestBytes} of ${most} bytes`);
    else this.#fail("keeps lines short enough", `one has ${longestBytes} bytes, ${most} are allowed`);
    const what = "writes timestamps as whole numbers";
    if (hasFraction) this.#fail(what, "some have a fraction or an exponent, which other gateways refuse", "warning");
    else if (hasTextTimestamp) this.#fail(what, "some are text, which other gateways refuse", "warning");
    else this.#ok(what);
  }

  async #second(first: Session): Promise<void> {
    const what = "serves a second connection beside the first";
    const heard = new Heard();
    const second = await this.#connect(what, heard);
    if (second === undefined) return;
    await this.#survives(second, "answers on the second connection");
    second.close();
    await this.#survives(first, "goes on when the second connection ends");
  }

  async #again(session: Session): Promise<void> {
    session.close();
    const next = await this.#connect("accepts a connection again", new Heard());
    if (next === undefined) return;
    const payload = { ...completeSettings(this.#options.settings), isp: offer };
    const what = "can be configured again";
    const outcome = await this.#ask(next, "CONFIG", payload, configTimeoutMs, what, "failure");
    if (outcome?.ok === true) this.#ok(what);
    else if (outcome !== undefined) this.#fail(what, `it refuses: ${outcome.error}`);
    next.close();
  }
}

function pointFault(given: unknown, defaults: { readonly source?: string; readonly key?: string }): string | undefined {
  try {
    readIspPoint(given, { ...defaults, timestamp: "" });
    return undefined;
  } catch (error) {
    return `${wordsOf(error)}: ${JSON.stringify(given)?.slice(0, 120)}`;
  }
}

function statusFault(data: unknown): string | undefined {
  if (!isObject(data)) return "the data of its answer is no object";
  if (typeof data["name"] !== "string") return 'the data of its answer has no "name"';
  if (typeof data["running"] !== "boolean") return 'the data of its answer has no "running", true or false';
  return typeof data["health"] === "string" ? undefined : 'the data of its answer has no "health", such as "healthy"';
}

function metricsFault(data: unknown): string | undefined {
  if (!isObject(data)) return "the data of its answer is no object";
  const missing = ["data_points_collected", "errors_count"].find((name) => typeof data[name] !== "number");
  return missing === undefined ? undefined : `the data of its answer has no number "${missing}"`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
