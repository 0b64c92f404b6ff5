/** The whole gateway as a file, while it runs. */

import type { Backup } from "../backup/write-backup.ts";
import { storeError } from "../store/store-error.ts";
import { Download } from "./download.ts";
import { ApiFailure } from "./failure.ts";
import type { RouteTable } from "./route.ts";

export interface BackupServices {
  backup(): Promise<Backup>;
}

export function backupRoutes({ backup }: BackupServices): Pick<RouteTable, "POST /api/backup"> {
  let isRunning = false;
  return {
    "POST /api/backup": {
      role: "admin",
      handle: async ({ note }) => {
        if (isRunning) throw new ApiFailure(409, "busy", "a backup is being made at this moment: try again later");
        isRunning = true;
        const end = (made: Backup) => async () => {
          isRunning = false;
          await made.dispose();
        };
        try {
          const made = await backup();
          const { createdAt, files, streams } = made.manifest;
          note({ detail: { files: files.length, streams: streams.map(({ name }) => name) } });
          const name = `sluice-${createdAt.slice(0, 19).replace(/[:T]/g, "-")}.tar.gz`;
          return new Download({ name, type: "application/gzip", content: made.archive, dispose: end(made) });
        } catch (error) {
          isRunning = false;
          const { kind, message } = storeError("make the backup", error);
          throw new ApiFailure(kind === "full" ? 507 : 500, `backup-${kind}`, message);
        }
      },
    },
  };
}
