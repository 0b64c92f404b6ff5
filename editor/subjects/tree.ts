/** Subjects as the rows of a tree that is open in places. Pure. */
import type { SubjectActivity } from "../../server/api/contract.ts";

export interface TreeRow {
  /** The tokens down to here, `iot.raw.mock`. */
  readonly path: string;
  readonly token: string;
  /** 0 for the first token. */
  readonly depth: number;
  /** What is on exactly this subject; a branch may have it as well. */
  readonly own: SubjectActivity | undefined;
  /** Subjects below, the own one not counted. */
  readonly below: number;
  /** Messages a second of the own subject and all below. */
  readonly perSecond: number;
  readonly count: number;
  readonly isOpen: boolean;
}

interface Branch {
  own: SubjectActivity | undefined;
  readonly children: Map<string, Branch>;
}

/** Levels that are open until somebody closes them: `iot` and its stages. */
const openLevels = 2;

/**
 * `toggled` holds the paths that are not as they begin: open down to the second level, closed below. While there is a
 * filter only subjects that contain all of its words are there, and everything is open.
 */
export function rowsOf(
  subjects: Iterable<SubjectActivity>,
  filter: string,
  toggled: ReadonlySet<string>,
): readonly TreeRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const root: Branch = { own: undefined, children: new Map() };
  for (const each of subjects) {
    const text = `${each.subject} ${each.publisher} ${each.value}`.toLowerCase();
    if (words.every((word) => text.includes(word))) plant(root, each);
  }
  return [...root.children].sort(byToken).flatMap(([token, branch]) => {
    return rowsBelow(branch, token, token, 0, (path, depth) => words.length > 0 || isOpen(path, depth, toggled)).rows;
  });
}

/** What a node listens to that is to hear all of a row: the subject itself, or everything below. */
export function subjectOf({ path, below }: Pick<TreeRow, "path" | "below">): string {
  return below === 0 ? path : `${path}.>`;
}

function plant(root: Branch, activity: SubjectActivity): void {
  let at = root;
  for (const token of activity.subject.split(".")) {
    const next: Branch = at.children.get(token) ?? { own: undefined, children: new Map() };
    at.children.set(token, next);
    at = next;
  }
  at.own = activity;
}

function isOpen(path: string, depth: number, toggled: ReadonlySet<string>): boolean {
  return depth < openLevels !== toggled.has(path);
}

function rowsBelow(
  branch: Branch,
  token: string,
  path: string,
  depth: number,
  opens: (path: string, depth: number) => boolean,
): { readonly rows: readonly TreeRow[] } & Pick<TreeRow, "below" | "perSecond" | "count"> {
  const children = [...branch.children]
    .sort(byToken)
    .map(([name, child]) => ({ child, ...rowsBelow(child, name, `${path}.${name}`, depth + 1, opens) }));
  const { own } = branch;
  let [below, perSecond, count] = [0, own?.perSecond ?? 0, own?.count ?? 0];
  for (const each of children) {
    below += each.below + (each.child.own === undefined ? 0 : 1);
    perSecond += each.perSecond;
    count += each.count;
  }
  const open = children.length > 0 && opens(path, depth);
  const row: TreeRow = { path, token, depth, own, below, perSecond, count, isOpen: open };
  return { rows: open ? [row, ...children.flatMap(({ rows }) => rows)] : [row], below, perSecond, count };
}

function byToken([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a.localeCompare(b, "en", { numeric: true });
}
