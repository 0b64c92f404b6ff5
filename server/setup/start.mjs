/** `npm start`: installs and builds what is missing or stale, then runs the gateway in this process. */
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled, say } from "./install.mjs";
import { fetchNatsServer } from "./nats-server.mjs";

ensureInstalled();
// Without it an external NATS, or a nats-server on the PATH, can still serve; if none does, the gateway says so.
await fetchNatsServer(say).catch((error) => say(error.message));
ensureBuilt();
process.argv.splice(2, 0, "start");
await import("../../dist/server/main.js");
