/** The built product as a user has it: its own process, its own folders, on free ports. For the walks in this folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, type Msg, type NatsConnection } from "@nats-io/transport-node";
import type { ApiError, Health, RouteName, Routes } from "../server/api/contract.ts";
import { freePort, type Program, startProgram, until } from "./peers/program.ts";

const main = fileURLToPath(new URL("../dist/server/main.js", import.meta.url));

export interface Gateway {
  readonly url: string;
  /** Of the embedded server. */
  readonly natsUrl: string;
  readonly folder: string;
  readonly program: Program;
  /** Calls the API; answers the status and the body, whatever they are. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get<Name extends RouteName & `GET ${string}`>(path: string): Promise<Routes[Name]["answer"]>;
  deploy(...documents: readonly object[]): Promise<Answer>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what is asserted is what the tests write down
  readonly body: any;
}

export interface GatewayOptions {
  /** An existing folder, to start again where another gateway stopped. */
  readonly folder?: string;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Keep the folder when the gateway stops. */
  readonly keep?: boolean;
  /** How long it may take until it answers. */
  readonly readyMs?: number;
}

/** Resolves when the gateway answers on its port; rejects with what it printed when it ends before. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "sluice-test-")));
  const settings = {
    "server.port": await freePort(),
    "gateway.nats_port": await freePort(),
    data_dir: join(folder, "data"),
    flows_dir: join(folder, "flows"),
    "metrics.interval": "1s",
    "log.format": "text",
    "server.accounts": "off",
    ...options.settings,
  };
  const sets = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const program = startProgram(process.execPath, [main, "start", ...sets]);
  const url = `http://127.0.0.1:${settings["server.port"]}`;
  const gateway: Gateway = {
    url,
    natsUrl: `nats://127.0.0.1:${settings["gateway.nats_port"]}`,
    folder,
    program,
    call: (method, path, body, headers) => call(url, method, path, body, headers),
    get: async (path) => (await call(url, "GET", path)).body,
    deploy: (...documents) => deploy(url, documents),
    async stop(signal = "SIGTERM") {
      await program.stop(signal);
      if (options.keep !== true) await rm(folder, { recursive: true, force: true });
    },
  };
  await until(
    "the gateway answers",
    async () => {
      if (program.child.exitCode !== null) throw new Error(`the gateway ended:\n${program.output()}`);
      const health = await call(url, "GET", "/api/health").catch(() => undefined);
      const answer = health?.body as Health | undefined;
      return answer?.bus.state === "connected" && answer.runtime.flows > 0;
    },
    options.readyMs ?? 60_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${program.output()}`);
  });
  return gateway;
}

async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

async function deploy(url: string, documents: readonly object[]): Promise<Answer> {
  const flows = await Promise.all(
    documents.map(async (document) => {
      const { id } = document as { id: string };
      const stored = await call(url, "GET", `/api/flows/${id}`);
      return { id, baseRevision: stored.status === 200 ? stored.body.revision : 0, document };
    }),
  );
  return call(url, "POST", "/api/deploy", { flows });
}

/** Says why an answer is not the one wanted. */
export function errorOf({ body }: Answer): ApiError["error"] {
  return (body as ApiError).error;
}

/** A client of the bus as anybody has it: what `nats sub` and `nats pub` do. */
export interface BusClient {
  readonly connection: NatsConnection;
  /** Collects messages on a subject from now on. */
  listen(subject: string): Promise<Heard[]>;
  publish(subject: string, payload: unknown): Promise<void>;
  close(): Promise<void>;
}
export interface Heard {
  readonly subject: string;
  readonly text: string;
  /** `undefined` when the text is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what is asserted is what the tests write down
  readonly json: any;
  header(name: string): string | undefined;
}

export async function busClient(url: string): Promise<BusClient> {
  const connection = await connect({ servers: url });
  return {
    connection,
    async listen(subject) {
      const heard: Heard[] = [];
      connection.subscribe(subject, {
        callback: (_error: Error | null, message: Msg) => {
          const text = message.string();
          const header = (name: string) => message.headers?.get(name);
          heard.push({ subject: message.subject, text, json: parsed(text), header });
        },
      });
      await connection.flush();
      return heard;
    },
    async publish(subject, payload) {
      connection.publish(subject, typeof payload === "string" ? payload : JSON.stringify(payload));
      await connection.flush();
    },
    close: () => connection.close(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A document with what every document needs. */
export function flow(id: string, parts: object): { readonly format: 1; readonly id: string } {
  return { format: 1, id, ...parts };
}
