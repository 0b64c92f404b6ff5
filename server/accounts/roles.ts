/** From least to most; each may do what those before it may. */
export const roles = ["anyone", "viewer", "operator", "editor", "admin"] as const;

/**
 * `viewer` sees flows and data. `operator` also acts on the plant: acknowledges alarms, sends messages, writes to devices
 * that allow it. `editor` also changes flows. `admin` also decides who may do what.
 */
export type Role = (typeof roles)[number];

/** What a user or a token can be given. */
export const grantableRoles = ["viewer", "operator", "editor", "admin"] as const;
export type GrantableRole = (typeof grantableRoles)[number];

export function mayActAs(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
