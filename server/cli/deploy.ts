/** `sluice deploy`: flow files onto a gateway that runs, for people and for CI. */
import { readFileSync } from "node:fs";
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Problem } from "../../flows/format/problem.ts";
import { readDocument } from "../../flows/format/read.ts";
import { writeDocument } from "../../flows/format/write.ts";
import type { ApiError, DeployAnswer, RefusedAnswer, StoredFlow } from "../api/contract.ts";
import { type CommandLine, UsageError } from "./arguments.ts";
import { type FileProblem, flowFiles, inFile, problemLine } from "./compiled-files.ts";

interface Source {
  readonly file: string;
  readonly text: string;
  readonly document: FlowDocument;
}

/** What came of it. `ok` with no flows: everything was deployed already. */
interface Result {
  readonly ok: boolean;
  readonly flows: DeployAnswer["flows"];
  readonly changes?: DeployAnswer["changes"];
  readonly problems: readonly FileProblem[];
  /** Why nothing was deployed, beyond the problems; empty otherwise. */
  readonly message: string;
}

const timeoutMs = 60_000;

/** Prints what changed, or why nothing did. Answers the exit code: 0 done, 1 refused. Throws `UsageError`. */
export async function runDeploy(
  line: Pick<CommandLine, "names" | "url" | "token" | "message" | "isJson">,
  environment: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
): Promise<number> {
  const url = line.url ?? environment["SLUICE_URL"] ?? "http://127.0.0.1:8080";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--url takes the address of a gateway, such as https://gateway.example, not "${url}"`);
  const call = caller(url, line.token ?? environment["SLUICE_TOKEN"]);
  const result = await deploy(line.names.flatMap(flowFiles), line.message ?? "", call).catch((error: unknown) => {
    if (!(error instanceof CallError)) throw error;
    return { ok: false, flows: [], problems: [], message: error.message } satisfies Result;
  });
  print(line.isJson ? `${JSON.stringify(result, null, 2)}\n` : resultText(result));
  return result.ok ? 0 : 1;
}

async function deploy(files: readonly string[], message: string, call: Call): Promise<Result> {
  const failed = (problems: readonly FileProblem[], why = ""): Result => ({
    ok: false,
    flows: [],
    problems,
    message: why,
  });
  const read = files.map((file) => {
    const text = readFileSync(file, "utf8");
    return { file, text, ...readDocument(text, file) };
  });
  const unreadable = read.flatMap((each) => (each.ok ? [] : each.problems.map((problem) => inFile(problem, each))));
  if (unreadable.length > 0) return failed(unreadable, "nothing was deployed");
  const sources: Source[] = read.flatMap((each) => (each.ok ? [each] : []));
  const place = (problem: Problem): FileProblem => {
    const source = sources.find(({ document }) => document.id === problem.flow);
    return source === undefined ? problem : inFile(problem, source);
  };

  const present = (await call("GET", "/api/flows")) as readonly StoredFlow[];
  const changed = sources.flatMap(({ document }) => {
    const before = present.find((flow) => flow.document.id === document.id);
    if (before !== undefined && writeDocument(before.document) === writeDocument(document)) return [];
    return [{ id: document.id, baseRevision: before?.revision ?? 0, document }];
  });
  if (changed.length === 0) return { ok: true, flows: [], problems: [], message: "" };
  try {
    const answer = (await call("POST", "/api/deploy", { flows: changed, message })) as DeployAnswer;
    const { flows, changes, warnings } = answer;
    return { ok: true, flows, changes, problems: warnings.map(place), message: "" };
  } catch (error) {
    if (!(error instanceof CallError) || error.status !== 422) throw error;
    const { problems = [] } = error.answer as Partial<RefusedAnswer>;
    return failed(problems.map(place), "nothing was deployed");
  }
}

function resultText({ ok, flows, changes, problems, message }: Result): string {
  const lines = problems.map(problemLine);
  if (!ok) return [...lines, message, ""].join("\n");
  if (changes === undefined) return "everything was deployed already\n";
  const counts = Object.entries(changes).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  const deployed = flows.map(({ id, revision }) => `${id}: revision ${revision}`);
  return [...lines, ...deployed, `nodes: ${counts.join(", ") || "none"}`, ""].join("\n");
}

/** The gateway did not do it. */
class CallError extends Error {
  override readonly name = "CallError";
  readonly status: number;
  readonly answer: unknown;
  constructor(status: number, message: string, answer?: unknown) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

function caller(url: string, token: string | undefined): Call {
  return async (method, path, body) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    // A token goes nowhere but to the address that was given.
    const request = { method, headers, signal, redirect: "error" } as const;
    let response: Response;
    try {
      const target = new URL(path, url);
      response = await fetch(target, body === undefined ? request : { ...request, body: JSON.stringify(body) });
    } catch (error) {
      const { cause, message } = error as Error;
      throw new CallError(0, `${url} does not answer: ${cause instanceof Error ? cause.message : message}`);
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer;
    const told =
      (answer as Partial<ApiError> | undefined)?.error?.message ?? `HTTP ${response.status}, not from a gateway`;
    if (response.status !== 401) throw new CallError(response.status, told, answer);
    const remedy =
      token === undefined ? "set SLUICE_TOKEN to one made in the editor" : "the token has ended or is wrong";
    throw new CallError(401, `${url} does not know who this is: ${remedy}, under Access, API tokens`);
  };
}
