/** Trying flows before they are deployed: nothing leaves the gateway, and nothing that runs notices. */
import { z } from "zod";
import { checkTest } from "../trial/check-test.ts";
import { inputsOf, readTests } from "../trial/test-file.ts";
import { type TrialAnswer, type TrialInput, type TrialRequest, trialLimits } from "../trial/trial.ts";
import type { SavedTests, TrialBody, TrialOutcome } from "./contract.ts";
import type { Deployments } from "./deploy.ts";
import { ApiFailure } from "./failure.ts";
import type { RouteTable } from "./route.ts";

export interface TrialServices {
  readonly deployments: Pick<Deployments, "flow">;
  tryOut(request: TrialRequest): Promise<TrialAnswer>;
  /** The text of the file of tests beside a flow that there is; `undefined` when there is none. */
  testsBeside(flow: string): string | undefined;
}

type TrialRoutes = Pick<RouteTable, "POST /api/trial" | "GET /api/flows/:id/tests">;

const atMs = z.int().nonnegative().max(trialLimits.lengthMs);
const reading = z.strictObject({
  payload: z.unknown(),
  device: z.string().min(1).max(1_000).optional(),
  encoding: z.enum(["text", "base64", "json"]).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const input: z.ZodType<TrialInput> = z.union([
  z.strictObject({ atMs, node: z.string().max(200), reading }),
  z.strictObject({ atMs, node: z.string().max(200), message: z.unknown() }),
]);
const trialBody: z.ZodType<TrialBody> = z.strictObject({
  document: z.unknown().refine((document) => document !== undefined, "the flow to be tried"),
  startMs: z.int().nonnegative().max(8_640_000_000_000).exactOptional(),
  inputs: z.array(input).max(trialLimits.inputs),
  endMs: atMs,
  test: z.string().max(1_000).exactOptional(),
});

export function trialRoutes({ deployments, tryOut, testsBeside }: TrialServices): TrialRoutes {
  const testsOf = (flow: string) => {
    const text = deployments.flow(flow) === undefined ? undefined : testsBeside(flow);
    return text === undefined ? undefined : readTests(text);
  };
  return {
    "POST /api/trial": {
      // It works for up to 15 s, and a document may name the gateway's environment.
      role: "editor",
      isAudited: false,
      body: trialBody,
      async handle({ body: { document, startMs = Date.UTC(2026, 0, 1), inputs, endMs, test } }): Promise<TrialOutcome> {
        const answer = await tryOut({ document, startMs, inputs, endMs });
        if (test === undefined || !answer.ok) return answer;
        const id = (document as { readonly id?: unknown }).id;
        const tests = testsOf(typeof id === "string" ? id : "");
        const named =
          tests === undefined || "faults" in tests ? undefined : tests.file.tests.find(({ name }) => name === test);
        if (named === undefined)
          throw new ApiFailure(404, "no-test", `there is no test "${test}" beside this flow any more`);
        const nodes = new Set(answer.events.map(({ node }) => node));
        for (const node of nodesIn(document)) nodes.add(node);
        const failures = checkTest(named, answer, nodes).map(({ step, lines }) => ({
          atMs: named.steps[step]?.at ?? 0,
          lines,
        }));
        return { ...answer, failures };
      },
    },
    "GET /api/flows/:id/tests": {
      role: "viewer",
      handle({ parameters: { id } }): SavedTests {
        const tests = testsOf(id);
        if (tests === undefined) return { tests: [], faults: [] };
        if ("faults" in tests) return { tests: [], faults: tests.faults };
        const startMs = Date.parse(tests.file.start);
        return {
          tests: tests.file.tests.map((each) => ({
            name: each.name,
            startMs,
            inputs: inputsOf(each).map((sent) => sent.input),
            endMs: each.steps.at(-1)?.at ?? 0,
          })),
          faults: [],
        };
      },
    },
  };
}

const withNodes = z.looseObject({ nodes: z.array(z.looseObject({ id: z.string() })) });

function nodesIn(document: unknown): readonly string[] {
  return withNodes.safeParse(document).data?.nodes.map(({ id }) => id) ?? [];
}
