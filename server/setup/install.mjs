/** Brings `node_modules` to what the lock file says, once; plain Node, since nothing is installed yet when it runs. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const marker = join(root, "node_modules", ".sluice", "installed");
const oldestNode = [20, 19];

/** Prints what it does and ends the process with words when it cannot. */
export function ensureInstalled() {
  checkNode();
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .update(process.versions.modules)
    .digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  say("Installing packages (the database driver is compiled: two or three minutes the first time) …");
  // Not `npm ci`: it refuses a lock file that lacks optional packages of other platforms, and some are never published.
  run("npm", ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    remedy: "npm could not install the packages: check the network and that python3, make and g++ are there",
    env: { ...process.env, ...localHeaders() },
  });
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  fail(`Sluice needs Node ${oldestNode.join(".")} or newer; this is ${process.versions.node}`);
}

/** Node's own headers, when they came with it, so that compiling needs no download. */
function localHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include", "node", "node_version.h")) ? { npm_config_nodedir: prefix } : {};
}

/** Runs a program in the foreground; ends this process with the remedy when it fails. */
export function run(program, args, { remedy, env = process.env } = {}) {
  const { status, error, signal } = spawnSync(program, args, {
    cwd: root,
    env,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  fail(remedy ?? `${program} ${args.join(" ")} ended with ${error?.message ?? signal ?? `exit code ${status}`}`);
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(`\n${text}`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled();
