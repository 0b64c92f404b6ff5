/** What a route is. The table in `routes.ts` has exactly the routes of the contract, or it does not compile. */
import type { z } from "zod";
import type { RouteName, Routes } from "./contract.ts";

/** From least to most; each may do what those before it may. */
export const roles = ["anyone", "viewer", "operator", "editor", "admin"] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  readonly name: string;
  readonly role: Role;
}

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
  /** The revision in `If-Match`; throws 428 when there is none. */
  baseRevision(): number;
  /** 200 unless said otherwise. */
  setStatus(status: number): void;
  setRevision(revision: number): void;
}

export type Route<Name extends RouteName> = {
  /** The least role that may call it. */
  readonly role: Role;
  /** Throws `ApiFailure` for what the caller can mend. */
  handle(call: Call<Name>): Routes[Name]["answer"] | Promise<Routes[Name]["answer"]>;
} & (Routes[Name] extends { body: infer Body } ? { readonly body: z.ZodType<Body> } : { readonly body?: undefined });

export type RouteTable = { readonly [Name in RouteName]: Route<Name> };
