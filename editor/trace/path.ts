/** From the hops of a trace to what is shown of it: one reading becomes many points, and a person follows one of them. Pure. */
import type { TraceHop } from "../../server/api/contract.ts";
import { nodeKey } from "../state/live.ts";

/** What one hop carried, read once. */
export interface Step extends TraceHop {
  /** `device/key`; empty for a reading, an alert and whatever else is no point. */
  readonly series: string;
  /** On one line, as JSON; of a point its value. */
  readonly value: string;
}

/** What a node was given and what it made of it, within one trace. */
export interface Visit {
  readonly flow: string;
  /** As in the document: a conversion that the compiler put in between counts to its adapter. */
  readonly node: string;
  readonly inputs: readonly Step[];
  readonly outputs: readonly Step[];
  /** Milliseconds since the trace began. */
  readonly afterMs: number;
}

export interface TracePath {
  /** By the time at which they were reached. */
  readonly visits: readonly Visit[];
  /** Every series that occurs, for the choice of one. */
  readonly series: readonly string[];
}

/** Where `series` is not empty, only what led to that series and what came of it, and what has no series at all. */
export function pathOf(hops: readonly TraceHop[], series: string): TracePath {
  const steps = hops.map(stepOf);
  const all = [...new Set(steps.map((step) => step.series).filter((name) => name !== ""))];
  const followed = series === "" ? undefined : related(steps, series);
  const shown = steps.filter((step) => step.series === "" || followed === undefined || followed.has(step.series));
  return { visits: visitsOf(shown), series: all };
}

/** What a card shows of a visit: what left by each port, or that it went no further. */
export function visitText({ inputs, outputs }: Visit): string {
  const left = outputs.map(({ port, value }) => (port === "out" ? value : `${port} ${value}`));
  const [first = inputs[0]?.value ?? ""] = left;
  const more = Math.max(left.length, inputs.length) - 1;
  return more > 0 ? `${first} +${more}` : first;
}

/** `device/key` of a message that is a point; empty for any other. */
export function seriesIn(text: string): string {
  const { device_id: device, key } = parsed(text);
  return typeof device === "string" && typeof key === "string" ? `${device}/${key}` : "";
}

/** The series and those it was made of or made into on the way. */
function related(steps: readonly Step[], series: string): ReadonlySet<string> {
  const found = new Set([series]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { cause, series: made, port } of steps) {
      if (cause === undefined || port === "in") continue;
      const from = `${cause.device_id}/${cause.key}`;
      if (found.has(from)) found.add(made);
      else if (found.has(made)) found.add(from);
    }
  }
  return found;
}

function visitsOf(steps: readonly Step[]): readonly Visit[] {
  const began = Math.min(...steps.map(({ atMs }) => atMs));
  const visits = new Map<string, { flow: string; node: string; inputs: Step[]; outputs: Step[]; afterMs: number }>();
  for (const step of steps) {
    const node = step.node.split("~", 1)[0] ?? step.node;
    const key = nodeKey(step.flow, node);
    const visit = visits.get(key) ?? { flow: step.flow, node, inputs: [], outputs: [], afterMs: step.atMs - began };
    visits.set(key, visit);
    (step.port === "in" ? visit.inputs : visit.outputs).push(step);
  }
  return [...visits.values()];
}

function stepOf(hop: TraceHop): Step {
  const content = parsed(hop.text);
  const { value, payload } = content;
  const shown = value ?? payload ?? (Object.keys(content).length === 0 ? hop.text : content);
  return {
    ...hop,
    series: seriesIn(hop.text),
    value: (typeof shown === "string" ? shown : JSON.stringify(shown)).slice(0, 200),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
