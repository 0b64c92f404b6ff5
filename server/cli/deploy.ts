/** `sluice deploy`: flow files onto a gateway that runs, for people and for CI. */
import { readFileSync } from "node:fs";
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Problem } from "../../flows/format/problem.ts";
import { readDocument } from "../../flows/format/read.ts";
import { writeDocument } from "../../flows/format/write.ts";
import type { DeployAnswer, RefusedAnswer, StoredFlow } from "../api/contract.ts";
import type { CommandLine } from "./arguments.ts";
import { type FileProblem, flowFiles, inFile, problemLine } from "./compiled-files.ts";
import { CallError, callGateway, callTarget } from "./gateway-call.ts";

interface Source {
  readonly file: string;
  readonly text: string;
  readonly document: FlowDocument;
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

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
  const target = callTarget(line, environment);
  const call: Call = async (method, path, body) => {
    const response = await callGateway(target, method, path, { body, timeoutMs });
    return response.json().catch(() => {
      throw new CallError(response.status, `HTTP ${response.status}, not from a gateway`);
    });
  };
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
