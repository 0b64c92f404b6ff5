/** Commands on the data folder of a gateway that is stopped: `sluice audit verify`, `sluice secrets rotate-key`, `sluice accounts reset`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SetUpMark, setUpMarkFile } from "../accounts/set-up-mark.ts";
import { createLog } from "../log.ts";
import type { Settings } from "../settings.ts";
import { openStore, type Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";

type Print = (text: string) => void;

/** Answers the exit code: 1 when an entry was changed, removed or put in between. */
export function runAuditVerify(settings: Settings, isJson: boolean, print: Print): number {
  return withStore(settings, print, ({ audit }) => {
    const { entries, brokenAt, lastHash } = audit.verify();
    if (isJson)
      print(`${JSON.stringify({ ok: brokenAt === undefined, entries, brokenAt: brokenAt ?? null, lastHash })}\n`);
    else if (brokenAt === undefined)
      print(`all ${entries} entries are as they were written; the last has the hash ${lastHash}\n`);
    else print(`the chain is broken at entry ${brokenAt}: it, or one before it, was changed or removed\n`);
    return brokenAt === undefined ? 0 : 1;
  });
}

/** Answers the exit code. The old key stays in a file beside the new one, for backups made with it. */
export function runRotateKey(settings: Settings, print: Print): number {
  return withStore(settings, print, ({ secrets, audit }) => {
    const count = secrets.rotateKey();
    const at = new Date().toISOString();
    const action = "sluice secrets rotate-key";
    audit.add({ at, actor: "-", address: "", action, target: "", outcome: "ok", detail: { secrets: count } });
    const old = join(settings.data_dir, "secrets.key.old");
    print(`${count} secret(s) are sealed with a new key; ${old} opens older backups: remove it when you need none\n`);
    return 0;
  });
}

/** Answers the exit code. The next start prints a link again, on this machine, that makes a first user. */
export function runResetAccounts(settings: Settings, print: Print): number {
  return withStore(settings, print, ({ users, audit }) => {
    if (users.users().length > 0) {
      print("this gateway has its users: an admin changes them in the editor, under Access\n");
      return 1;
    }
    new SetUpMark(setUpMarkFile(settings.data_dir)).remove();
    const at = new Date().toISOString();
    audit.add({ at, actor: "-", address: "", action: "sluice accounts reset", target: "", outcome: "ok", detail: {} });
    print("the next start of the gateway prints a link that makes a first user\n");
    return 0;
  });
}

function withStore(settings: Settings, print: Print, work: (store: Store) => number): number {
  const { data_dir: dataDir, flows_dir: flowsDir, log } = settings;
  if (!existsSync(join(dataDir, "sluice.db"))) {
    print(`${dataDir} holds no data of a gateway; say where it is with --set data_dir=…\n`);
    return 1;
  }
  try {
    const store = openStore({ dataDir, flowsDir, log: createLog(log) });
    try {
      return work(store);
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    print(`${error.message}\n`);
    return 1;
  }
}
