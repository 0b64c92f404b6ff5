/** What a filter can let through. */
export const modes = [
  "expression",
  "range",
  "deadband",
  "swingingDoor",
  "duplicate",
  "rateLimit",
  "latest",
  "rateOfChange",
  "quality",
  "pattern",
  "null",
  "stale",
  "timeWindow",
  "outlier",
  "consecutive",
] as const;
export type Mode = (typeof modes)[number];

/** Shows a field only with these. */
export const when = (...shown: Mode[]) => ({ showWhen: { mode: shown } });

export const modeLabels: Readonly<Record<Mode, string>> = {
  expression: "Where an expression is true",
  range: "Values in a range",
  deadband: "Values that changed enough",
  swingingDoor: "Corners of lines (swinging door)",
  duplicate: "Values that are new",
  rateLimit: "Only so many in a time",
  latest: "The latest of each time",
  rateOfChange: "Values that do not jump",
  quality: "Certain qualities",
  pattern: "Names or texts like a pattern",
  null: "Values that are there",
  stale: "Points that are recent",
  timeWindow: "Points of certain hours and days",
  outlier: "Values near the recent ones",
  consecutive: "A condition that lasts",
};
