/** Who sits in front of the screen, as far as the gateway knows. */
import { createStore } from "zustand";
import type { GrantableRole, Role, Session } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";

export type Account = ReturnType<typeof createAccount>;

export function createAccount(session: Session) {
  const store = createStore<Session>(() => session);
  return {
    ...store,
    /** Asks the gateway again; what cannot be reached says nothing about the session. */
    async look(): Promise<void> {
      const now = await request("GET /api/session").catch(() => undefined);
      if (now !== undefined) store.setState(now, true);
    },
    async signOut(): Promise<void> {
      await request("DELETE /api/session");
      // All that this page knows belongs to whoever signed out.
      window.location.reload();
    },
  };
}

/** Nobody is signed in who would have to be. */
export function isStranger({ state }: Session): boolean {
  return state === "setup" || state === "signed-out";
}

/** The token of a setup link, `#setup=…`, when the page was opened with one. */
export function setupTokenOf(hash: string): string | undefined {
  return /^#setup=([\w-]+)$/.exec(hash)?.[1];
}

/** What a user or a token can be given, from least to most; each may do what those before it may. */
export const grantable: readonly GrantableRole[] = ["viewer", "operator", "editor", "admin"];
const roles: readonly Role[] = ["anyone", ...grantable];

export function may({ role }: Session, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
