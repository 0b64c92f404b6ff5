/** `sluice backup`: a gateway as a file, over the network while it runs, or from its folders when it is stopped. */
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BackupError, type Manifest } from "../backup/manifest.ts";
import { openArchive } from "../backup/open-archive.ts";
import { writeBackup } from "../backup/write-backup.ts";
import { createLog } from "../log.ts";
import type { LoadedSettings } from "../settings/load.ts";
import { openStore } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { CommandLine } from "./arguments.ts";
import { CallError, type CallTarget, callGateway, callTarget } from "./gateway-call.ts";
import { withNats } from "./offline-nats.ts";

/** A large store over a slow network. */
const timeoutMs = 6 * 60 * 60_000;

/** Answers the exit code. What is in `file` afterwards was read back and proved whole. */
export async function runBackup(
  line: Pick<CommandLine, "names" | "url" | "token">,
  loaded: LoadedSettings,
  environment: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
): Promise<number> {
  const file = line.names[0] ?? "";
  const partial = `${file}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await write(line, loaded, environment, partial);
    const manifest = await checked(partial);
    await rename(partial, file);
    print(summary(file, manifest, loaded.settings.data_dir));
    return 0;
  } catch (error) {
    await rm(partial, { force: true });
    if (!(error instanceof CallError || error instanceof StoreError || error instanceof BackupError)) throw error;
    print(`no backup was made: ${error.message}\n`);
    return 1;
  }
}

async function write(
  line: Pick<CommandLine, "url" | "token">,
  loaded: LoadedSettings,
  environment: Readonly<Record<string, string | undefined>>,
  file: string,
): Promise<void> {
  const { data_dir, server } = loaded.settings;
  const target = callTarget(line, environment, `http://127.0.0.1:${server.port}`);
  const isElsewhere = line.url !== undefined || environment["SLUICE_URL"] !== undefined;
  if (isElsewhere) return fetchBackup(target, file);
  if (!existsSync(join(data_dir, "sluice.db")))
    throw new BackupError(`${data_dir} holds no data of a gateway; say where it is with --set data_dir=… or --url …`);
  try {
    await writeOffline(loaded, file);
  } catch (error) {
    // The database is locked while the gateway runs.
    if (!(error instanceof StoreError) || error.kind !== "busy") throw error;
    await fetchBackup(target, file);
  }
}

async function fetchBackup(target: CallTarget, file: string): Promise<void> {
  const { body } = await callGateway(target, "POST", "/api/backup", { timeoutMs });
  if (body === null) throw new CallError(0, `${target.url} answered with nothing`);
  try {
    await pipeline(Readable.fromWeb(body), createWriteStream(file, { mode: 0o600, flush: true }));
  } catch (error) {
    throw new CallError(0, `the backup from ${target.url} broke off: ${(error as Error).message}`);
  }
}

async function writeOffline({ settings, file: settingsFile }: LoadedSettings, file: string): Promise<void> {
  const { data_dir: dataDir, flows_dir: flowsDir } = settings;
  const log = createLog({ ...settings.log, level: "error" });
  const store = openStore({ dataDir, flowsDir, log });
  try {
    await withNats(settings, log, async (nats) => {
      const backup = await writeBackup({ store, dataDir, flowsDir, settingsFile, nats });
      try {
        await pipeline(backup.archive, createWriteStream(file, { mode: 0o600, flush: true }));
      } finally {
        await backup.dispose();
      }
    });
  } finally {
    store.close();
  }
}

/** Reads it back beside the file. */
async function checked(file: string): Promise<Manifest> {
  const folder = await mkdtemp(`${file}-check-`);
  try {
    return await openArchive(file, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summary(file: string, { files, streams, streamsNote, secrets, withheldSettings }: Manifest, dataDir: string) {
  const flows = files.filter(({ path }) => path.endsWith(".flow.json")).length;
  const messages = streams.reduce((sum, { state }) => sum + state.messages, 0);
  const lines = [
    `${file}: ${flows} flow(s), the database, ${streams.length} stream(s) with ${messages} message(s)`,
    ...(streamsNote === "" ? [] : [`without streams: ${streamsNote}`]),
    ...(secrets.count === 0
      ? []
      : [
          `${secrets.count} secret(s) are in it sealed; their key is not: keep ${join(dataDir, "secrets.key")} somewhere else`,
        ]),
    ...(withheldSettings.length === 0 ? [] : [`left out of the settings: ${withheldSettings.join(", ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}
