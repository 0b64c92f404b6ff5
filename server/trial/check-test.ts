/** What a trial brought, beside what a test expects of it. Pure. */
import { differences } from "./differences.ts";
import type { Expectation, FlowTest, TestStep } from "./test-file.ts";
import type { TrialAnswer, TrialError, TrialEvent } from "./trial.ts";

export interface StepFailure {
  readonly step: number;
  /** A sentence, then what differs, line by line. */
  readonly lines: readonly string[];
}

type Seen = Extract<TrialAnswer, { ok: true }>;

/** A step is about all that happened after the one before, up to its own time and with what it sends. Empty: as expected. */
export function checkTest({ steps }: FlowTest, seen: Seen, nodes: ReadonlySet<string>): readonly StepFailure[] {
  const captured = new Set(seen.captured);
  return steps.flatMap((step, index) => {
    const afterMs = steps[index - 1]?.at ?? -1;
    const isNow = ({ atMs }: { readonly atMs: number }) => atMs > afterMs && atMs <= step.at;
    const found = [
      ...step.expect.map((expected) => checkMessages(expected, seen.events.filter(isNow), captured, nodes)),
      checkErrors(step, seen.errors.filter(isNow)),
    ];
    return found.filter((lines) => lines.length > 0).map((lines) => ({ step: index, lines }));
  });
}

function checkMessages(
  { node, port, messages }: Expectation,
  events: readonly TrialEvent[],
  captured: ReadonlySet<string>,
  nodes: ReadonlySet<string>,
): readonly string[] {
  if (!nodes.has(node)) return [`there is no node "${node}"; there is ${[...nodes].join(", ")}`];
  const isIn = captured.has(node) && !events.some((event) => event.node === node && event.port === "out");
  const wanted = port ?? (isIn ? "in" : "out");
  const got = events.filter((event) => event.node === node && event.port === wanted);
  const lines = messages.flatMap((message, index) => {
    const event = got[index];
    if (event === undefined) return [`- ${shown(message)}`];
    return differences(message, event.message).map(
      ({ path, expected, actual }) =>
        `  message ${index + 1}, ${path}: expected ${shown(expected)}, got ${shown(actual)}`,
    );
  });
  const more = got.slice(messages.length).map(({ atMs, message }) => `+ ${shown(message)} (at ${atMs / 1_000} s)`);
  if (lines.length + more.length === 0) return [];
  return [`${node}, ${wanted}: expected ${messages.length} message(s), got ${got.length}`, ...lines, ...more];
}

/** Errors that are not expected fail a test as well: else it would pass when nothing could be handled. */
function checkErrors({ errors: expected }: TestStep, errors: readonly TrialError[]): readonly string[] {
  const left = [...errors];
  const missing = expected.filter(({ node, type, message = "" }) => {
    const index = left.findIndex(
      (error) => error.node === node && (type ?? error.type) === error.type && error.message.includes(message),
    );
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  if (missing.length + left.length === 0) return [];
  return [
    `errors: expected ${expected.length}, got ${errors.length}`,
    ...missing.map((error) => `- ${shown(error)}`),
    ...left.map(({ node, type, message }) => `+ ${node}: ${type}: ${message}`),
  ];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
