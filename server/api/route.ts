/** What a route is. The table in `routes.ts` has exactly the routes of the contract, or it does not compile. */
import type { z } from "zod";
import type { Role } from "../accounts/roles.ts";
import type { Caller } from "./callers.ts";
import type { RouteName, Routes } from "./contract.ts";

type ParametersOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParametersOf<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
export type BodyOf<Name extends RouteName> = Routes[Name] extends { body: infer Body } ? Body : undefined;

export interface Call<Name extends RouteName> {
  readonly caller: Caller;
  readonly parameters: Readonly<Record<ParametersOf<Name>, string>>;
  readonly body: BodyOf<Name>;
  /** What stands behind the `?`, each name once. */
  readonly query: Readonly<Record<string, string>>;
  /** The revision in `If-Match`; throws 428 when there is none. */
  baseRevision(): number;
  /** 200 unless said otherwise. */
  setStatus(status: number): void;
  setRevision(revision: number): void;
  /** What the audit trail is to say besides the route, its parameters and the caller. No secrets. */
  note(note: AuditNote): void;
  /** The browser this came from, to sign it in or out. */
  readonly browser: Browser;
}

export interface AuditNote {
  /** Instead of the caller's name: who somebody wanted to be. */
  readonly actor?: string;
  readonly target?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Browser {
  /** `Firefox on Linux`, as far as it says; for people who look at their sessions. */
  readonly title: string;
  signIn(secret: string): void;
  signOut(): void;
}

export type Route<Name extends RouteName> = {
  /** The least role that may call it. */
  readonly role: Role;
  /** Calls that change something are in the audit trail; false for those that only look like it. */
  readonly isAudited?: false;
  /** It asks for `baseRevision()`. */
  readonly needsRevision?: true;
  /** Throws `ApiFailure` for what the caller can mend. */
  handle(call: Call<Name>): Routes[Name]["answer"] | Promise<Routes[Name]["answer"]>;
} & (Routes[Name] extends { body: infer Body } ? { readonly body: z.ZodType<Body> } : { readonly body?: undefined });

export type RouteTable = { readonly [Name in RouteName]: Route<Name> };
