/** The disk would not do what was asked. `full`: no space left; `denied`: no permission; `busy`: another process has it. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: "full" | "denied" | "busy" | "failed";
  constructor(kind: StoreError["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** What an error of the file system or of SQLite means, in words. `action` is what was tried: `write /data/x.json`. */
export function storeError(action: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const say = (kind: StoreError["kind"], why: string) =>
    new StoreError(kind, `cannot ${action}: ${why}`, { cause: error });
  if (code === "ENOSPC" || code === "EDQUOT" || code === "SQLITE_FULL")
    return say("full", "the disk is full. Free some space and try again; nothing was changed.");
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || /^SQLITE_(READONLY|PERM|CANTOPEN)/.test(code))
    return say("denied", "no permission. Give the user that the gateway runs as the right to write there.");
  if (code.startsWith("SQLITE_BUSY")) return say("busy", "another process is using it.");
  return say("failed", error instanceof Error ? error.message : String(error));
}
