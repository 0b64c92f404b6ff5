/** Users, their sessions, and the tokens of programs: who somebody is, and since when no longer. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { CredentialRecord, UserRecord, Users } from "../store/users.ts";
import { AccountError } from "./account-error.ts";
import { passwordProblem } from "./password-strength.ts";
import { type Passwords, TooManyHashesError } from "./passwords.ts";
import { type GrantableRole, grantableRoles } from "./roles.ts";
import type { SetUpMark } from "./set-up-mark.ts";
import type { SetupLink } from "./setup-link.ts";
import { SignInThrottle } from "./sign-in-throttle.ts";

/** Somebody who was recognised. */
export interface Identity {
  /** A user's name; for a program, what its token is for and who made it. */
  readonly name: string;
  readonly role: GrantableRole;
  readonly credential: { readonly id: string; readonly kind: "session" | "token"; readonly user: string };
}

export interface AccountsOptions {
  readonly users: Users;
  readonly passwords: Passwords;
  readonly setupLink: SetupLink;
  readonly mark: SetUpMark;
  readonly clock: Clock;
  /** A session ends after this long without a request. */
  readonly idleMs: number;
  /** And after this long in any case. */
  readonly maxSessionMs: number;
}

/** So often at most the time of last use is written down. */
const noteUseMs = 60_000;
const maxTokenDays = 366;
/** Short enough for a log line, and nothing that ends one. */
const goodName = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,63}$/u;
const tokenPrefix = "sluice_";

export const usersAreLost =
  "the users of this gateway are lost with its database: on its machine, restore a backup with sluice restore, or let " +
  "sluice accounts reset make a new first user";

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #throttle: SignInThrottle;
  readonly #listeners = new Set<() => void>();

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#throttle = new SignInThrottle(options.clock);
    if (this.#hasUsers()) options.mark.set();
  }

  /** There is a first user, or there was one: nobody else is made the first by a link. */
  isSetUp(): boolean {
    return this.#hasUsers() || this.#options.mark.isSet();
  }

  /** There were users, and there are none: their database is gone. */
  areLost(): boolean {
    return !this.#hasUsers() && this.#options.mark.isSet();
  }

  /** Called when somebody may do less than before: check again who is connected. */
  onLess(call: () => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  /** Makes the first user, an admin, and signs them in. Answers the session's secret. */
  async setUp(token: string, name: string, password: string, browser: string): Promise<string> {
    const { setupLink, mark } = this.#options;
    this.#refuseWhenLost();
    if (this.isSetUp()) throw new AccountError("conflict", "this gateway has its first user already; sign in");
    if (!setupLink.matches(token))
      throw new AccountError(
        "denied",
        setupLink.isOver()
          ? "this link was valid for 30 minutes, which are over: restart the gateway, which prints a new one"
          : "this is not the link that the gateway printed last",
      );
    await this.addUser(name, password, "admin");
    mark.set();
    setupLink.use();
    return this.#startSession(name, browser);
  }

  /** Answers the session's secret. Rejects with `AccountError` of kind `denied`, `throttled` or `busy`. */
  async signIn(name: string, password: string, address: string, browser: string): Promise<string> {
    this.#refuseWhenLost();
    const keys = [`${name.toLowerCase()}\n${address}`];
    const waitMs = this.#throttle.waitMs(keys);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      throw new AccountError("throttled", `too many wrong passwords: try again in ${seconds} s`, waitMs);
    }
    const user = this.#options.users.user(name);
    const hash = user === undefined || user.isDisabled ? undefined : user.passwordHash;
    if (!(await this.#verify(password, hash))) {
      this.#throttle.failed(keys);
      throw new AccountError("denied", "name or password is wrong");
    }
    this.#throttle.succeeded(keys);
    return this.#startSession(user?.name ?? name, browser);
  }

  /** Who has this cookie or token; `undefined` when it is nobody's, or nobody's any more. */
  identify(secret: string): Identity | undefined {
    const record = this.#options.users.credentialByHash(hashOf(secret));
    const identity = record && this.#identityOf(record);
    if (record === undefined || identity === undefined) return undefined;
    const nowMs = this.#options.clock.now();
    if (nowMs - record.lastUsedAtMs > noteUseMs) this.#options.users.noteUse(record.id, nowMs);
    return identity;
  }

  /** The same for somebody who was recognised earlier. */
  stillHas({ credential }: Identity): Identity | undefined {
    const record = this.#options.users.credentials(credential.kind).find(({ id }) => id === credential.id);
    return record && this.#identityOf(record);
  }

  sessions(): readonly CredentialRecord[] {
    return this.#options.users.credentials("session").filter((record) => this.#identityOf(record) !== undefined);
  }

  tokens(): readonly CredentialRecord[] {
    return this.#options.users.credentials("token");
  }

  /** Signs out, or takes a token back. */
  revoke(id: string): void {
    this.#options.users.removeCredential(id);
    this.#tellLess();
  }

  users(): readonly UserRecord[] {
    return this.#options.users.users();
  }

  async addUser(name: string, password: string, role: GrantableRole): Promise<void> {
    if (!goodName.test(name))
      throw new AccountError(
        "invalid",
        "a user's name begins with a letter or digit and has up to 64 letters, digits, spaces and . _ @ + -",
      );
    const passwordHash = await this.#acceptPassword(password, name);
    const createdAt = new Date(this.#options.clock.now()).toISOString();
    if (!this.#options.users.addUser({ name, role, passwordHash, isDisabled: false, createdAt }))
      throw new AccountError("conflict", `there is a user "${name}" already`);
  }

  /** A new password or less to do ends what the user has open. */
  async changeUser(
    name: string,
    change: { readonly role?: GrantableRole; readonly isDisabled?: boolean; readonly password?: string },
  ): Promise<void> {
    const user = this.#existing(name);
    const losesAdmin = (change.role ?? user.role) !== "admin" || (change.isDisabled ?? user.isDisabled);
    if (losesAdmin) this.#keepAnAdmin(user);
    const { password, ...rest } = change;
    const passwordHash = password === undefined ? undefined : await this.#acceptPassword(password, name);
    this.#options.users.changeUser(name, { ...rest, ...(passwordHash === undefined ? {} : { passwordHash }) });
    if (passwordHash !== undefined || change.isDisabled === true) this.#endSessionsOf(name);
    this.#tellLess();
  }

  removeUser(name: string): void {
    this.#keepAnAdmin(this.#existing(name));
    this.#options.users.removeUser(name);
    this.#tellLess();
  }

  /** By the user. Other sessions than `keep` end. */
  async changePassword(name: string, current: string, next: string, keep: string): Promise<void> {
    const user = this.#existing(name);
    if (!(await this.#verify(current, user.passwordHash)))
      throw new AccountError("denied", "the present password is wrong");
    this.#options.users.changeUser(name, { passwordHash: await this.#acceptPassword(next, name) });
    this.#endSessionsOf(name, keep);
    this.#tellLess();
  }

  /** Answers the token, which is shown once. */
  addToken(title: string, role: GrantableRole, days: number, user: string): string {
    if (days < 1 || days > maxTokenDays)
      throw new AccountError("invalid", `a token is valid for 1 to ${maxTokenDays} days`);
    const secret = tokenPrefix + randomBytes(32).toString("base64url");
    const nowMs = this.#options.clock.now();
    const expiresAtMs = nowMs + days * 24 * 60 * 60_000;
    this.#add({ kind: "token", secretHash: hashOf(secret), user, role, title, expiresAtMs });
    return secret;
  }

  #hasUsers(): boolean {
    return this.#options.users.users().length > 0;
  }

  #refuseWhenLost(): void {
    if (this.areLost()) throw new AccountError("lost", usersAreLost);
  }

  #startSession(user: string, browser: string): string {
    const { users, clock, idleMs, maxSessionMs } = this.#options;
    const nowMs = clock.now();
    users.removeExpired(nowMs, nowMs - idleMs);
    const secret = randomBytes(32).toString("base64url");
    const expiresAtMs = nowMs + maxSessionMs;
    this.#add({ kind: "session", secretHash: hashOf(secret), user, role: null, title: browser, expiresAtMs });
    return secret;
  }

  #add(record: Omit<CredentialRecord, "id" | "createdAtMs" | "lastUsedAtMs">): void {
    const nowMs = this.#options.clock.now();
    this.#options.users.addCredential({ ...record, id: randomUUID(), createdAtMs: nowMs, lastUsedAtMs: nowMs });
  }

  #identityOf({ id, kind, user, role, title, lastUsedAtMs, expiresAtMs }: CredentialRecord): Identity | undefined {
    const nowMs = this.#options.clock.now();
    if (nowMs >= expiresAtMs) return undefined;
    if (kind === "session" && nowMs - lastUsedAtMs >= this.#options.idleMs) return undefined;
    const owner = this.#options.users.user(user);
    if (owner === undefined || owner.isDisabled) return undefined;
    const ownerRole = grantable(owner.role);
    const credential = { id, kind, user: owner.name };
    if (kind === "session") return { name: owner.name, role: ownerRole, credential };
    // A token never does more than whoever made it may.
    const granted = grantable(role ?? "viewer");
    const least = grantableRoles.indexOf(granted) < grantableRoles.indexOf(ownerRole) ? granted : ownerRole;
    return { name: `${title} (token of ${owner.name})`, role: least, credential };
  }

  async #acceptPassword(password: string, name: string): Promise<string> {
    const problem = await passwordProblem(password, [name, ...name.split(/[\s._@+-]+/)]);
    if (problem !== undefined) throw new AccountError("invalid", problem);
    return this.#unlessBusy(() => this.#options.passwords.hash(password));
  }

  #verify(password: string, hash: string | undefined): Promise<boolean> {
    return this.#unlessBusy(() => this.#options.passwords.verify(password, hash));
  }

  async #unlessBusy<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TooManyHashesError)) throw error;
      throw new AccountError("busy", "too many people sign in at this moment: try again in a few seconds", 5_000);
    }
  }

  #endSessionsOf(name: string, keep?: string): void {
    for (const { id, user } of this.#options.users.credentials("session"))
      if (user.toLowerCase() === name.toLowerCase() && id !== keep) this.#options.users.removeCredential(id);
  }

  #existing(name: string): UserRecord {
    const user = this.#options.users.user(name);
    if (user === undefined) throw new AccountError("missing", `there is no user "${name}"`);
    return user;
  }

  #keepAnAdmin(user: UserRecord): void {
    const isAdmin = ({ role, isDisabled }: UserRecord) => role === "admin" && !isDisabled;
    const others = this.users().filter((other) => other.name !== user.name && isAdmin(other));
    if (isAdmin(user) && others.length === 0)
      throw new AccountError("conflict", `${user.name} is the only admin: make somebody else one first`);
  }

  #tellLess(): void {
    for (const call of this.#listeners) call();
  }
}

function grantable(role: string): GrantableRole {
  const known = grantableRoles.find((other) => other === role);
  if (known === undefined) throw new Error(`"${role}" in the database is no role`);
  return known;
}

/** The secrets are random to the last bit, so a plain hash keeps them. */
function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
