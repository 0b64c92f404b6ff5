/** Brings each problem beside the field it is about, and the rest to the next place above that is shown. */
import type { Problem } from "../../server/api/contract.ts";

/** A problem on its way down: `path` is what remains of it below the present value. */
export interface PlacedProblem {
  readonly problem: Problem;
  readonly path: readonly (string | number)[];
}

export interface Placement {
  /** About this value itself, or about something in it that has no field. */
  readonly here: readonly PlacedProblem[];
  /** By property or index, those that go on further down. */
  readonly below: ReadonlyMap<string, readonly PlacedProblem[]>;
}

export const noProblems: readonly PlacedProblem[] = [];

export function placeProblems(problems: readonly PlacedProblem[], shown: readonly (string | number)[]): Placement {
  if (problems.length === 0) return { here: noProblems, below: new Map() };
  const keys = new Set(shown.map(String));
  const here: PlacedProblem[] = [];
  const below = new Map<string, PlacedProblem[]>();
  for (const { problem, path } of problems) {
    const [first, ...rest] = path;
    if (first === undefined || !keys.has(String(first))) {
      here.push({ problem, path });
      continue;
    }
    const bucket = below.get(String(first)) ?? [];
    bucket.push({ problem, path: rest });
    below.set(String(first), bucket);
  }
  return { here, below };
}

/** The keys of a list of this length. */
export function indexes(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

/** The problems of one node, at the root of its configuration. */
export function problemsOfNode(problems: readonly Problem[], node: string): readonly PlacedProblem[] {
  return problems.filter((problem) => problem.node === node).map((problem) => ({ problem, path: problem.path ?? [] }));
}

/** The problems that a document-wide path lays on the connection at `index`, at the root of its configuration. */
export function problemsOfConnection(problems: readonly Problem[], index: number): readonly PlacedProblem[] {
  return problems.flatMap((problem) => {
    const [collection, at, part, ...path] = problem.path ?? [];
    const own = problem.node === undefined && collection === "connections" && at === index;
    return own ? [{ problem, path: part === "config" ? path : [] }] : [];
  });
}
