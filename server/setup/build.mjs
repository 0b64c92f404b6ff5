/** Builds server and editor into `dist/`, when their sources have changed since the last time. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, run, say } from "./install.mjs";

const parts = [
  {
    name: "server",
    sources: ["flows", "nodes", "server", "bench", "vite.server.config.ts", "package-lock.json"],
    command: ["vite", "build", "-c", "vite.server.config.ts", "--logLevel", "warn"],
    clean: ["dist/nodes", "dist/server", "dist/bench"],
  },
  {
    name: "editor",
    sources: ["editor", "server/api/contract.ts", "vite.config.ts", "tsconfig.json", "package-lock.json"],
    command: ["vite", "build", "--logLevel", "warn"],
    clean: ["dist/editor"],
  },
];

export function ensureBuilt() {
  for (const { name, sources, command, clean } of parts) {
    const marker = join(root, "dist", `.${name}`);
    const wanted = fingerprint(sources);
    if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) continue;
    say(`Building the ${name} …`);
    rmSync(marker, { force: true });
    for (const folder of clean) rmSync(join(root, folder), { recursive: true, force: true });
    const [program, ...args] = command;
    run(process.execPath, [join(root, "node_modules", ".bin", program), ...args]);
    writeFileSync(marker, wanted);
  }
}

function fingerprint(sources) {
  const hash = createHash("sha256").update(process.versions.node);
  for (const source of sources)
    for (const file of filesBelow(source)) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function filesBelow(path) {
  if (/\.[a-z]+$/.test(path)) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureBuilt();
