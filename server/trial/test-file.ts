/** The tests of a flow, as they stand in `x.test.yaml` beside `x.flow.json`. */
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { parseDuration } from "../../nodes/contract/fields.ts";
import { type TrialInput, trialLimits } from "./trial.ts";

const time = z.string().transform((text, context) => {
  const ms = text === "0" ? 0 : parseDuration(text);
  if (ms !== undefined && ms >= 0 && ms <= trialLimits.lengthMs) return ms;
  context.addIssue({ code: "custom", message: `"${text}" is no time from 0s to 7d; write for example 90s, 1h` });
  return z.NEVER;
});

const input = z
  .strictObject({
    node: z.string(),
    /** A payload as an adapter reads it. */
    raw: z.unknown().optional(),
    device: z.string().min(1).optional(),
    encoding: z.enum(["text", "base64", "json"]).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    /** What comes in on a node's subject. */
    point: z.unknown().optional(),
  })
  .refine(({ raw, point }) => (raw === undefined) !== (point === undefined), {
    error: "write either point: or raw:",
  })
  .refine(
    ({ raw, device, encoding, metadata }) =>
      raw !== undefined || (device === undefined && encoding === undefined && metadata === undefined),
    { error: "device, encoding and metadata belong to raw:; of a point they are fields of the point" },
  );

const expectation = z.strictObject({
  node: z.string(),
  /** `out`, or `in` for a node that is not opened. */
  port: z.string().min(1).optional(),
  /** All that came there in this step, in order; what is not named of a message is not compared. */
  messages: z.array(z.record(z.string(), z.unknown())),
});

const expectedError = z.strictObject({
  node: z.string(),
  type: z.string().optional(),
  /** A part of the sentence. */
  message: z.string().optional(),
});

const step = z.strictObject({
  at: time.default(0),
  in: z.union([input, z.array(input)]).optional(),
  expect: z.array(expectation).default([]),
  errors: z.array(expectedError).default([]),
});

const flowTest = z.strictObject({
  name: z.string().min(1),
  steps: z
    .array(step)
    .min(1)
    .refine((steps) => steps.every(({ at }, index) => index === 0 || at > (steps[index - 1]?.at ?? 0)), {
      error: "each step has to be later (at:) than the one before; what is sent at one time stands in one step",
    }),
});

const testFile = z.strictObject({
  /** The flow's file, from the folder of this one; the one of the same name when left out. */
  flow: z.string().min(1).optional(),
  /** What the clock shows when a test starts. */
  start: z.iso.datetime({ offset: true }).default("2026-01-01T00:00:00Z"),
  tests: z.array(flowTest).min(1),
});

export type TestFile = z.output<typeof testFile>;
export type FlowTest = z.output<typeof flowTest>;
export type TestStep = FlowTest["steps"][number];
export type Expectation = z.output<typeof expectation>;

export interface ReadTests {
  readonly file: TestFile;
  /** The line a part stands on, or the part around it. */
  line(path: readonly PropertyKey[]): number;
}

/** Answers the faults instead, each with its line, when the text is not a file of tests. */
export function readTests(text: string): ReadTests | { readonly faults: readonly string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(({ message, pos }) => `${lines.linePos(pos[0]).line}: ${message.split("\n")[0]}`),
    };
  const line = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      const range = typeof node === "object" && node !== null && "range" in node ? (node.range as number[]) : undefined;
      if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
    }
    return 1;
  };
  const parsed = testFile.safeParse(document.toJS() ?? {});
  if (parsed.success) return { file: parsed.data, line };
  return { faults: parsed.error.issues.flatMap(describeIssue).map(({ path, words }) => `${line(path)}: ${words}`) };
}

function describeIssue(issue: z.core.$ZodIssue): { path: PropertyKey[]; words: string }[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { path, words: `${path.join(".")} is not a field of a test; check the spelling or remove it` };
    });
  // What stands under `in` is one message or a list of them: the faults of the form that was meant.
  const [first] = issue.code === "invalid_union" ? issue.errors.toSorted((a, b) => depth(b) - depth(a)) : [];
  if (first !== undefined)
    return first.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }));
  return [{ path: issue.path, words: `${issue.path.join(".")}: ${issue.message}` }];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(...issues.map(({ path, code }) => path.length + (code === "invalid_type" ? 0 : 1)));
}

/** What the steps send, and from which step each message is. */
export function inputsOf({ steps }: FlowTest): readonly { readonly step: number; readonly input: TrialInput }[] {
  return steps.flatMap(({ at, in: sent = [] }, index) =>
    (Array.isArray(sent) ? sent : [sent]).map(({ node, raw, point, device, encoding, metadata }) => ({
      step: index,
      input:
        raw === undefined
          ? { atMs: at, node, message: point }
          : { atMs: at, node, reading: { payload: raw, device, encoding, metadata } },
    })),
  );
}
