/** `npm start`: installs and builds what is missing or stale, then runs the gateway in this process. */
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { ensureNatsServer } from "./nats-server.mjs";

ensureInstalled();
await ensureNatsServer();
ensureBuilt();
process.argv.splice(2, 0, "start");
await import("../../dist/server/main.js");
