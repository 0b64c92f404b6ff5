/** Why an account operation was not done, in words for the person who asked. */
export class AccountError extends Error {
  override readonly name = "AccountError";
  /**
   * `denied`: name, password or link are wrong. `throttled`: too many wrong tries, see `retryAfterMs`. `busy`: too many
   * at once. `invalid`: what was given cannot be taken. `conflict`: it is there already, or the last of its kind.
   * `missing`: there is none. `lost`: there are no users any more, see `Accounts.areLost`.
   */
  readonly kind: "denied" | "throttled" | "busy" | "invalid" | "conflict" | "missing" | "lost";
  readonly retryAfterMs: number | undefined;
  constructor(kind: AccountError["kind"], message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}
