/** A real nginx, started on loopback by the test that needs it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findProgram, freePort, startProgram, until } from "./program.ts";

export interface Nginx {
  readonly url: string;
  /** Puts a file where it is served from. */
  write(path: string, content: string): Promise<void>;
  stop(): Promise<void>;
}

/** `undefined` when nginx is not installed, which is said aloud; with `CI=true` it throws instead. */
export const nginxProgram = findProgram("nginx", "nginx");

/** `lines` stand in the `server` block. Resolves when it answers. */
export async function startNginx(lines: readonly string[] = []): Promise<Nginx> {
  if (nginxProgram === undefined) throw new Error("nginx is not installed");
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const user = process.getuid?.() === 0 ? ["user root;"] : [];
  const config = [
    ...user,
    "daemon off;",
    "worker_processes 1;",
    `pid ${join(folder, "pid")};`,
    "events {}",
    "http {",
    "access_log off;",
    "default_type application/json;",
    ...temporary,
    `server { listen 127.0.0.1:${port}; root ${join(folder, "www")};`,
    ...lines,
    "}",
    "}",
  ];
  const nginx: Nginx = {
    url: `http://127.0.0.1:${port}`,
    async write(path, content) {
      const file = join(folder, "www", path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    },
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await nginx.write("ready", "");
  await writeFile(join(folder, "nginx.conf"), `${config.join("\n")}\n`);
  const program = startProgram(nginxProgram, ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]);
  await until("nginx answers", async () => {
    if (program.child.exitCode !== null) throw new Error(`nginx ended: ${program.output()}`);
    return (await fetch(`${nginx.url}/ready`).catch(() => undefined))?.ok;
  });
  return nginx;
}
