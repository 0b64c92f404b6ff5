/** What operators remember between two runs, as the runtime hands it to the store and gets it back. */

export interface NodeRef {
  readonly flow: string;
  readonly node: string;
}

export interface NodeState extends NodeRef {
  /** Under what configuration the entries have a meaning, as a short fingerprint. */
  readonly basis: string;
  /** JSON texts by entry. */
  readonly entries: readonly (readonly [entry: string, json: string])[];
}

export interface NodeStateChange extends NodeRef {
  readonly basis: string;
  /** Everything stored of the node goes first. */
  readonly clear: boolean;
  /** `null` removes the entry. */
  readonly entries: readonly (readonly [entry: string, json: string | null])[];
}

/** The store as the runtime sees it, from whichever thread. */
export interface NodeStateStore {
  load(nodes: readonly NodeRef[]): Promise<readonly NodeState[]>;
  /** All changes or none; resolves when they are on disk. */
  save(changes: readonly NodeStateChange[]): Promise<void>;
}
