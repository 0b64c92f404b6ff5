/** `sluice restore`: a gateway out of a backup, on a machine or in folders where none has been. */
import { join } from "node:path";
import { BackupError } from "../backup/manifest.ts";
import { type Restored, restoreBackup } from "../backup/restore-backup.ts";
import { NatsServerError } from "../bus/nats-server-error.ts";
import { createLog } from "../log.ts";
import type { Settings } from "../settings.ts";
import { StoreError } from "../store/store-error.ts";
import { runNats } from "./offline-nats.ts";

/** Answers the exit code; 1 leaves everything as it was. */
export async function runRestore(
  archive: string,
  keyFile: string | undefined,
  settings: Settings,
  print: (text: string) => void,
): Promise<number> {
  const { data_dir: dataDir, flows_dir: flowsDir, gateway } = settings;
  const log = createLog({ ...settings.log, level: "error" });
  try {
    const restored = await restoreBackup(archive, {
      dataDir,
      flowsDir,
      streamsDir: gateway.jetstream.store_dir,
      keyFile,
      withNats: (work) => runNats(settings, log, work),
    });
    print(summary(restored, settings));
    return 0;
  } catch (error) {
    if (!(error instanceof BackupError || error instanceof StoreError || error instanceof NatsServerError)) throw error;
    print(`nothing was restored: ${error.message}\n`);
    return 1;
  }
}

function summary({ manifest, flows, lockedSecrets, settingsFile }: Restored, { data_dir, flows_dir }: Settings) {
  const { createdAt, version, streams, streamsNote } = manifest;
  const lines = [
    `restored the gateway of ${createdAt}, version ${version}, to ${data_dir}:`,
    `${flows.length} flow(s) in ${flows_dir}, ${streams.length} stream(s); everybody has to sign in anew`,
    ...(streamsNote === "" ? [] : [`without streams: ${streamsNote}`]),
    ...(lockedSecrets === 0
      ? []
      : [
          `${lockedSecrets} secret(s) cannot be opened without their key: put it at ${join(data_dir, "secrets.key")}, or store each secret anew`,
        ]),
    ...(settingsFile === undefined ? [] : [`its settings are in ${settingsFile}: compare them with yours`]),
    `start it with: sluice start`,
  ];
  return `${lines.join("\n")}\n`;
}
