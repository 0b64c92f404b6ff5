/** `npm test`: installs what the tests need, builds, and runs every check there is. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled, run, say } from "./install.mjs";
import { fetchNatsServer } from "./nats-server.mjs";

/** Programs of others that tests talk to (or a file, when it is no program), with the Debian package each comes in. */
const peers = [
  { program: "mosquitto", debianPackage: "mosquitto" },
  { program: "chromium", debianPackage: "chromium" },
  { program: "python3", debianPackage: "python3" },
  { program: "influxd", debianPackage: "influxdb" },
  { program: "victoria-metrics", debianPackage: "victoria-metrics" },
  { program: "redis-server", debianPackage: "redis-server" },
  { program: "mbpoll", debianPackage: "mbpoll" },
  { program: "socat", debianPackage: "socat" },
  { program: "gcc", debianPackage: "gcc" },
  { program: "/usr/share/doc/libmodbus-dev/examples/unit-test-server.c", debianPackage: "libmodbus-dev" },
  { program: "/usr/lib/python3/dist-packages/pymodbus/__init__.py", debianPackage: "python3-pymodbus" },
  { program: "nginx", debianPackage: "nginx" },
  { program: "openssl", debianPackage: "openssl" },
  { program: "systemd-analyze", debianPackage: "systemd" },
];

ensureInstalled();
// Without it an external NATS, or a nats-server on the PATH, can still serve; if none does, the gateway says so.
await fetchNatsServer(say).catch((error) => say(error.message));
installPeers();
ensureBuilt();
run("npm", ["run", "check"]);

function installPeers() {
  const missing = peers.filter(({ program }) => !isInstalled(program)).map(({ debianPackage }) => debianPackage);
  if (missing.length === 0) return;
  const asRoot = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (asRoot) {
    say(`Installing for the tests: ${missing.join(", ")} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const quiet = { env, stdio: ["ignore", "ignore", "inherit"] };
    spawnSync("apt-get", ["update", "-q"], quiet);
    if (spawnSync("apt-get", ["install", "-yq", "--no-install-recommends", ...missing], quiet).status === 0) return;
  }
  say(
    `\nNOT INSTALLED: ${missing.join(", ")}. The tests that need them are skipped${process.env.CI === "true" ? ", and with CI=true that is a failure" : ""}.\n` +
      `  To run them: apt-get install ${missing.join(" ")}\n`,
  );
}

function isInstalled(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.some((folder) => existsSync(resolve(folder, program)));
}
