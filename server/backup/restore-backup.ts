/** Puts a backup where a gateway that was never started will find it. The data folder counts only when all of it is there. */
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { restoreStreams } from "../bus/stream-snapshot.ts";
import { prepareRestored } from "../store/restored.ts";
import { keyFingerprint, keyIn } from "../store/secret-key.ts";
import { BackupError, databaseName, flowsFolder, type Manifest, settingsName, streamsFolder } from "./manifest.ts";
import { openArchive } from "./open-archive.ts";

export interface RestoreTarget {
  readonly dataDir: string;
  readonly flowsDir: string;
  readonly streamsDir: string;
  /** Where the key of the secrets was kept; it is not in the backup. */
  readonly keyFile: string | undefined;
  /** Runs a NATS server on `streamsDir` while `work` lasts. */
  withNats(work: (url: string) => Promise<void>): Promise<void>;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly flows: readonly string[];
  /** Secrets that cannot be opened, since their key is not here. */
  readonly lockedSecrets: number;
  /** Where the settings of the backup were put; `undefined` when it had none. */
  readonly settingsFile: string | undefined;
}

const stagingName = "restoring";
const keyName = "secrets.key";
/** What may be in a folder that counts as empty: the key, put there before. */
const allowed = new Set([keyName, stagingName]);

/** Throws `BackupError` with everything as it was before. */
export async function restoreBackup(archive: string, target: RestoreTarget): Promise<Restored> {
  const { dataDir, flowsDir, streamsDir } = target;
  await refuseUsed(dataDir);
  const staging = join(dataDir, stagingName);
  await rm(staging, { recursive: true, force: true });
  try {
    const manifest = await openArchive(archive, staging);
    const key = await keyFor(manifest, target);
    const flows = await readdir(join(staging, flowsFolder)).catch(() => []);
    await refuseOtherFlows(flowsDir, join(staging, flowsFolder), flows);
    prepareRestored(join(staging, databaseName));
    await placeStreams(manifest, target, join(staging, streamsFolder));
    await mkdir(flowsDir, { recursive: true });
    for (const name of flows) await copyFile(join(staging, flowsFolder, name), join(flowsDir, name));
    const settingsFile = join(dataDir, `${settingsName}.restored`);
    const hasSettings = existsSync(join(staging, settingsName));
    if (hasSettings) await rename(join(staging, settingsName), settingsFile);
    if (key !== undefined) await writeFile(join(dataDir, keyName), key, { mode: 0o600, flush: true });
    await rename(join(staging, databaseName), join(dataDir, databaseName));
    return {
      manifest,
      flows: flows.filter((name) => name.endsWith(".flow.json")),
      lockedSecrets: key === undefined ? manifest.secrets.count : 0,
      settingsFile: hasSettings ? settingsFile : undefined,
    };
  } catch (error) {
    if (!existsSync(join(dataDir, databaseName))) await rm(streamsDir, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function refuseUsed(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const found = (await readdir(dataDir)).filter((name) => !allowed.has(name));
  if (found.length === 0) return;
  throw new BackupError(
    `${dataDir} is in use: it holds ${found.slice(0, 5).join(", ")}. A backup is restored to an empty folder; move this one away, or name another with --set data_dir=…`,
  );
}

/** Flows of the same content may be there, as in a repository; others would run beside those of the backup. */
async function refuseOtherFlows(flowsDir: string, from: string, names: readonly string[]): Promise<void> {
  const present = existsSync(flowsDir) ? (await readdir(flowsDir)).filter((name) => name.endsWith(".flow.json")) : [];
  for (const name of present) {
    const isSame =
      names.includes(name) && (await readFile(join(from, name))).equals(await readFile(join(flowsDir, name)));
    if (!isSame)
      throw new BackupError(
        `${join(flowsDir, name)} is not of this backup and would run beside its flows; move it away, or name another folder with --set flows_dir=…`,
      );
  }
}

/** The content of the key's file, when it is known; a key that opens nothing here is refused. */
async function keyFor({ secrets }: Manifest, { dataDir, keyFile }: RestoreTarget): Promise<string | undefined> {
  const file = keyFile ?? join(dataDir, keyName);
  if (!existsSync(file)) {
    if (keyFile !== undefined) throw new BackupError(`there is no file ${keyFile}`);
    return undefined;
  }
  const key = keyIn(file);
  if (secrets.keyFingerprint !== "" && keyFingerprint(key) !== secrets.keyFingerprint)
    throw new BackupError(
      `the key in ${file} is not the one that the secrets of this backup are sealed with; after "sluice secrets rotate-key" the one before is in secrets.key.old`,
    );
  return readFile(file, "utf8");
}

async function placeStreams({ streams }: Manifest, { withNats }: RestoreTarget, from: string): Promise<void> {
  if (streams.length === 0) return;
  try {
    await withNats((url) => restoreStreams(url, from, streams));
  } catch (error) {
    throw new BackupError(`the streams cannot be restored: ${(error as Error).message}`, { cause: error });
  }
}
