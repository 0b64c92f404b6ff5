/** Trials of flows in a thread of their own, which is ended when one takes too long: no flow can hold up whoever tries it. */
import { Worker } from "node:worker_threads";
import { type Clock, systemClock, type Timer } from "../../nodes/contract/clock.ts";
import type { CompilerSettings } from "../compiler/settings.ts";
import { workerSource } from "../worker-source.ts";
import { type TrialAnswer, type TrialRequest, trialLimits } from "./trial.ts";

export interface ToTrialWorker {
  readonly request: TrialRequest;
  readonly settings: CompilerSettings;
}

/** What the worker says after each request; its first message says that it is ready. */
export interface AnswerOfWorker {
  readonly answer: TrialAnswer;
}

/** The worker is kept for the next trial, but not for ever: it holds a second copy of every node type. */
const idleMs = 60_000;
const heapMb = 512;
const waitingLimit = 10;

export class Trials {
  readonly #wallMs: number;
  readonly #clock: Clock = systemClock;
  #worker: Promise<Running> | undefined;
  #idle: Timer | undefined;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(wallMs: number = trialLimits.wallMs) {
    this.#wallMs = wallMs;
  }

  /** One at a time. Rejects only for a defect of ours. */
  async run(request: TrialRequest, settings: CompilerSettings): Promise<TrialAnswer> {
    if (this.#waiting >= waitingLimit)
      return failed("trials-busy", `${waitingLimit} trials are waiting already; try again in a moment`);
    this.#waiting++;
    const answer = this.#last.then(() => this.#run({ request, settings })).finally(() => this.#waiting--);
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    this.#idle?.cancel();
    await this.#end();
  }

  async #run(message: ToTrialWorker): Promise<TrialAnswer> {
    this.#idle?.cancel();
    this.#worker ??= start();
    try {
      const worker = await this.#worker;
      const answer = await this.#ask(worker, message);
      if (answer === undefined) await this.#end();
      else this.#idle = this.#clock.after(idleMs, () => void this.#end());
      return answer ?? tooSlow(this.#wallMs);
    } catch (error) {
      await this.#end();
      if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") return tooMuch;
      throw error;
    }
  }

  /** `undefined` when it takes too long. */
  async #ask({ worker, ended }: Running, message: ToTrialWorker): Promise<TrialAnswer | undefined> {
    const answered = new Promise<TrialAnswer>((resolve) => {
      worker.once("message", ({ answer }: AnswerOfWorker) => resolve(answer));
    });
    let limit: Timer | undefined;
    const late = new Promise<undefined>((resolve) => {
      limit = this.#clock.after(this.#wallMs, () => resolve(undefined));
    });
    worker.postMessage(message);
    try {
      return await Promise.race([answered, ended, late]);
    } finally {
      limit?.cancel();
    }
  }

  async #end(): Promise<void> {
    const running = this.#worker;
    this.#worker = undefined;
    await (await running?.catch(() => undefined))?.worker.terminate();
  }
}

interface Running {
  readonly worker: Worker;
  /** Rejects when the worker ends by itself. */
  readonly ended: Promise<never>;
}

/** Resolves when the worker has loaded the node types. */
async function start(): Promise<Running> {
  const { source, isCode } = workerSource("server/trial/worker");
  const worker = new Worker(source, { eval: isCode, resourceLimits: { maxOldGenerationSizeMb: heapMb } });
  const ended = new Promise<never>((_, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the thread of trials ended")));
  });
  ended.catch(() => undefined);
  await Promise.race([new Promise((resolve) => worker.once("message", resolve)), ended]);
  return { worker, ended };
}

const tooMuch = failed(
  "trial-too-large",
  "the trial needs more memory than it may have; send less, or make windows and lists smaller",
);

function tooSlow(wallMs: number): TrialAnswer {
  const message = `the trial was not done within ${wallMs / 1_000} s and was ended: an expression, a pattern or a loop takes too long, or there is too much to do; send fewer messages or let less time pass`;
  return failed("trial-too-slow", message);
}

function failed(code: string, message: string): TrialAnswer {
  return { ok: false, problems: [{ code, severity: "error", message }] };
}
