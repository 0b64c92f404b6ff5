/** What is wrong with somebody's flow, as data: collected, shown beside the field, never thrown. */
export interface Problem {
  /** Stable, `kebab-case`: `unknown-type`, `bad-config`, `dangling-wire` … */
  readonly code: string;
  /** An error keeps its flow from being deployed; a warning does not. */
  readonly severity: "error" | "warning";
  readonly flow?: string;
  readonly node?: string;
  /** Where in the node's `config`, or in the document when no node is named: `["topics", 0, "filter"]`. */
  readonly path?: readonly (string | number)[];
  /** What is wrong and what to do about it. */
  readonly message: string;
}
