/** What is in a backup: the list that comes first in the archive, by which everything else in it is checked. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export const manifestName = "manifest.json";
export const databaseName = "sluice.db";
export const settingsName = "sluice.yaml";
export const flowsFolder = "flows";
export const streamsFolder = "streams";

/** Raised when older gateways could no longer read the archive. */
const format = 1;

/** A path in the archive: one name, or one below a folder; nothing that leads elsewhere. */
const innerPath = z.string().regex(/^(?:(?:flows|streams)\/)?[A-Za-z0-9_][A-Za-z0-9_.-]*$/);

const manifest = z.strictObject({
  product: z.literal("sluice"),
  format: z.literal(format),
  /** Of the gateway that wrote it. */
  version: z.string(),
  /** RFC 3339. */
  createdAt: z.string(),
  files: z.array(z.strictObject({ path: innerPath, bytes: z.int().nonnegative(), sha256: z.string() })),
  streams: z.array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9_-]+$/),
      config: z.looseObject({}),
      state: z.looseObject({ messages: z.int().nonnegative(), last_seq: z.int().nonnegative() }),
    }),
  ),
  /** Why there are none, when there are none. */
  streamsNote: z.string(),
  /** The key itself is not in the archive. `fingerprint` tells whether a key is the one. */
  secrets: z.strictObject({ count: z.int().nonnegative(), keyFingerprint: z.string() }),
  /** Settings that hold a password or token, and are left out of the settings file. */
  withheldSettings: z.array(z.string()),
});
export type Manifest = z.output<typeof manifest>;

/** The archive, or the place it is to go to, is not what it must be. The message says why and what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

export function makeManifest(parts: Omit<Manifest, "product" | "format">): Manifest {
  return { product: "sluice", format, ...parts };
}

/** Throws `BackupError` for what is no manifest, or one of a later format. */
export function readManifest(text: string, archive: string): Manifest {
  const foreign = () =>
    new BackupError(`${archive} is not a backup of this product: it has no ${manifestName} that fits`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw foreign();
  }
  const head = z.object({ product: z.literal("sluice"), format: z.int(), version: z.string() }).safeParse(value);
  if (!head.success) throw foreign();
  if (head.data.format > format)
    throw new BackupError(
      `${archive} was made by a newer version of the gateway, ${head.data.version}: restore it with that version`,
    );
  const parsed = manifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BackupError(`${archive} is damaged: its ${manifestName} is wrong at ${issue?.path.join(".") ?? ""}`);
}

export async function describeFile(folder: string, path: string): Promise<Manifest["files"][number]> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(join(folder, path))) hash.update(chunk as Buffer);
  return { path, bytes: (await stat(join(folder, path))).size, sha256: hash.digest("hex") };
}
