/** A database out of a backup, before a gateway uses it. */
import { AuditTrail } from "./audit-trail.ts";
import { openExisting } from "./database.ts";
import { Users } from "./users.ts";

/** Brings it to this version and ends the sessions of the gateway it came from. Throws `StoreError`, also when it is damaged. */
export function prepareRestored(file: string): void {
  const database = openExisting(file);
  try {
    const users = new Users(database);
    for (const { id } of users.credentials("session")) users.removeCredential(id);
    new AuditTrail(database).add({
      at: new Date().toISOString(),
      actor: "-",
      address: "",
      action: "sluice restore",
      target: "",
      outcome: "ok",
      detail: {},
    });
  } finally {
    database.close();
  }
}
