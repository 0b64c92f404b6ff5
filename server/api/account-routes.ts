/** Signing in, users, sessions, tokens, secrets, and who did what. */
import { z } from "zod";
import { AccountError } from "../accounts/account-error.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { grantableRoles } from "../accounts/roles.ts";
import type { AuditTrail } from "../store/audit-trail.ts";
import type { Secrets } from "../store/secrets.ts";
import type { CredentialRecord } from "../store/users.ts";
import type { Caller } from "./callers.ts";
import type { Session } from "./contract.ts";
import { ApiFailure } from "./failure.ts";
import type { RouteTable } from "./route.ts";

export interface AccountServices {
  /** `undefined`: nobody has to sign in, and there are no users. */
  readonly accounts: Accounts | undefined;
  readonly secrets: Pick<Secrets, "list" | "set" | "remove">;
  readonly audit: Pick<AuditTrail, "list" | "verify">;
  /** The flows that are deployed and name the secret. */
  flowsWithSecret(name: string): readonly string[];
  /** A secret was changed: what uses it starts anew. */
  onSecretChanged(): Promise<void>;
}

type AccountRoutes = Pick<
  RouteTable,
  | "GET /api/session"
  | "POST /api/setup"
  | "POST /api/session"
  | "DELETE /api/session"
  | "GET /api/sessions"
  | "DELETE /api/sessions/:id"
  | "PUT /api/password"
  | "GET /api/users"
  | "POST /api/users"
  | "PUT /api/users/:name"
  | "DELETE /api/users/:name"
  | "GET /api/tokens"
  | "POST /api/tokens"
  | "DELETE /api/tokens/:id"
  | "GET /api/secrets"
  | "PUT /api/secrets/:name"
  | "DELETE /api/secrets/:name"
  | "GET /api/audit"
  | "GET /api/audit/check"
>;

const name = z.string().min(1).max(64);
// Longer ones are refused in words by whoever reads them; these only bound what is looked at.
const password = z.string().max(1_000);
const role = z.enum(grantableRoles);
const done = { ok: true } as const;
const secretName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const maxPage = 500;

export function accountRoutes({ accounts: some, secrets, audit, ...services }: AccountServices): AccountRoutes {
  const accounts = () => {
    if (some !== undefined) return some;
    throw new ApiFailure(404, "no-accounts", "nobody has to sign in here: server.accounts is off");
  };
  const sessionOf = ({ identity }: Caller): Session => {
    if (some === undefined) return { state: "open", name: "", role: "admin" };
    if (identity !== undefined) return { state: "signed-in", name: identity.name, role: identity.role };
    return { state: some.isSetUp() ? "signed-out" : "setup", name: "", role: "anyone" };
  };
  const signedIn = (name: string): Session => ({
    state: "signed-in",
    name,
    role: role.parse(
      accounts()
        .users()
        .find((user) => user.name === name)?.role,
    ),
  });

  return {
    "GET /api/session": { role: "anyone", handle: ({ caller }) => sessionOf(caller) },
    "POST /api/setup": {
      role: "anyone",
      body: z.strictObject({ token: z.string().max(200), name, password }),
      handle: ({ body, browser, note }) =>
        inWords(async () => {
          note({ actor: body.name });
          browser.signIn(await accounts().setUp(body.token, body.name, body.password, browser.title));
          return signedIn(body.name);
        }),
    },
    "POST /api/session": {
      role: "anyone",
      body: z.strictObject({ name, password }),
      handle: ({ body, caller, browser, note }) =>
        inWords(async () => {
          note({ actor: body.name });
          browser.signIn(await accounts().signIn(body.name, body.password, caller.address, browser.title));
          const known = accounts()
            .users()
            .find((user) => user.name.toLowerCase() === body.name.toLowerCase());
          return signedIn(known?.name ?? body.name);
        }),
    },
    "DELETE /api/session": {
      role: "viewer",
      handle: ({ caller, browser }) => {
        if (caller.identity?.credential.kind === "session") accounts().revoke(caller.identity.credential.id);
        browser.signOut();
        return done;
      },
    },
    "GET /api/sessions": {
      role: "viewer",
      handle: ({ caller }) =>
        accounts()
          .sessions()
          .filter((session) => isOwnOrAdmin(session, caller))
          .map(({ id, user, title, createdAtMs, lastUsedAtMs }) => ({
            id,
            user,
            browser: title,
            since: iso(createdAtMs),
            lastUsed: iso(lastUsedAtMs),
            isThis: id === caller.identity?.credential.id,
          })),
    },
    "DELETE /api/sessions/:id": {
      role: "viewer",
      handle: ({ caller, parameters: { id } }) => {
        const session = accounts()
          .sessions()
          .find((each) => each.id === id && isOwnOrAdmin(each, caller));
        if (session === undefined) throw new ApiFailure(404, "no-session", "there is no such session");
        accounts().revoke(id);
        return done;
      },
    },
    "PUT /api/password": {
      role: "viewer",
      body: z.strictObject({ current: password, next: password }),
      handle: ({ body, caller }) =>
        inWords(async () => {
          const credential = caller.identity?.credential;
          if (credential?.kind !== "session")
            throw new ApiFailure(403, "not-a-session", "a password is changed by whoever signed in with it");
          await accounts().changePassword(credential.user, body.current, body.next, credential.id);
          return done;
        }),
    },
    "GET /api/users": {
      role: "admin",
      handle: () =>
        accounts()
          .users()
          .map(({ name, role: given, isDisabled, createdAt }) => ({
            name,
            role: role.parse(given),
            isDisabled,
            createdAt,
          })),
    },
    "POST /api/users": {
      role: "admin",
      body: z.strictObject({ name, password, role }),
      handle: ({ body, note }) =>
        inWords(async () => {
          note({ target: body.name, detail: { role: body.role } });
          await accounts().addUser(body.name, body.password, body.role);
          return done;
        }),
    },
    "PUT /api/users/:name": {
      role: "admin",
      body: z.strictObject({
        role: role.exactOptional(),
        isDisabled: z.boolean().exactOptional(),
        password: password.exactOptional(),
      }),
      handle: ({ body, parameters, note }) =>
        inWords(async () => {
          const { password: next, ...rest } = body;
          note({ detail: { ...rest, ...(next === undefined ? {} : { password: "changed" }) } });
          await accounts().changeUser(parameters.name, body);
          return done;
        }),
    },
    "DELETE /api/users/:name": {
      role: "admin",
      handle: ({ parameters }) =>
        inWords(async () => {
          accounts().removeUser(parameters.name);
          return done;
        }),
    },
    "GET /api/tokens": {
      role: "admin",
      handle: () =>
        accounts()
          .tokens()
          .map(({ id, title, role: given, user, lastUsedAtMs, expiresAtMs }) => ({
            id,
            title,
            role: role.parse(given),
            createdBy: user,
            lastUsed: iso(lastUsedAtMs),
            expires: iso(expiresAtMs),
          })),
    },
    "POST /api/tokens": {
      role: "admin",
      body: z.strictObject({ title: z.string().trim().min(1).max(100), role, days: z.int().min(1).max(366) }),
      handle: ({ body, caller, note }) =>
        inWords(async () => {
          note({ target: body.title, detail: { role: body.role, days: body.days } });
          const user = caller.identity?.credential.user;
          if (user === undefined) throw new ApiFailure(404, "no-accounts", "nobody has to sign in here");
          return { token: accounts().addToken(body.title, body.role, body.days, user) };
        }),
    },
    "DELETE /api/tokens/:id": {
      role: "admin",
      handle: ({ parameters: { id } }) => {
        if (
          !accounts()
            .tokens()
            .some((token) => token.id === id)
        )
          throw new ApiFailure(404, "no-token", "there is no such token");
        accounts().revoke(id);
        return done;
      },
    },
    "GET /api/secrets": { role: "editor", handle: () => secrets.list() },
    "PUT /api/secrets/:name": {
      role: "editor",
      body: z.strictObject({
        value: z
          .string()
          .min(1)
          .max(64 * 1_024),
      }),
      handle: async ({ body, caller, parameters }) => {
        if (!secretName.test(parameters.name))
          throw new ApiFailure(
            400,
            "bad-name",
            "a secret's name begins with a letter or digit and has up to 64 letters, digits and . _ -",
          );
        secrets.set(parameters.name, body.value, caller.name);
        await services.onSecretChanged();
        return done;
      },
    },
    "DELETE /api/secrets/:name": {
      role: "editor",
      handle: ({ parameters: { name } }) => {
        const users = services.flowsWithSecret(name);
        if (users.length > 0)
          throw new ApiFailure(
            409,
            "in-use",
            `the secret "${name}" is used by ${users.join(", ")}: take it out there first`,
          );
        if (!secrets.remove(name)) throw new ApiFailure(404, "no-secret", `there is no secret "${name}"`);
        return done;
      },
    },
    "GET /api/audit": {
      role: "admin",
      handle: ({ query: { before, limit, actor, text } }) =>
        audit.list({
          limit: Math.min(maxPage, positive("limit", limit) ?? 100),
          ...withDefined("before", positive("before", before)),
          ...withDefined("actor", actor),
          ...withDefined("text", text),
        }),
    },
    "GET /api/audit/check": {
      role: "admin",
      handle: () => {
        const { entries, brokenAt, lastHash } = audit.verify();
        return { entries, brokenAt: brokenAt ?? null, lastHash };
      },
    },
  };
}

const statusOf = {
  denied: 401,
  throttled: 429,
  busy: 503,
  invalid: 422,
  lost: 503,
  conflict: 409,
  missing: 404,
} as const;

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    const seconds = error.retryAfterMs === undefined ? {} : { retryAfterS: Math.ceil(error.retryAfterMs / 1_000) };
    throw new ApiFailure(statusOf[error.kind], error.kind, error.message, seconds);
  }
}

function isOwnOrAdmin({ user }: CredentialRecord, { role, identity }: Caller): boolean {
  return role === "admin" || user === identity?.credential.user;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function positive(parameter: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new ApiFailure(400, "bad-request", `${parameter} is a whole number above 0`);
}

function withDefined<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
}
