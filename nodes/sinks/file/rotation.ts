/** Full files put aside: `points.jsonl` becomes `points.1.jsonl`, that becomes `points.2.jsonl`, and so on. */
import { createReadStream, createWriteStream } from "node:fs";
import { access, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

export interface Aside {
  /** How many files are kept, the present one included; the oldest go. */
  readonly maxFiles: number;
  /** Compress what is put aside: `points.1.jsonl.gz`. */
  readonly gzip: boolean;
}

/** Resolves when the file is out of the way. A crash at any moment leaves every record in one of the files. */
export async function putAside(path: string, { maxFiles, gzip }: Aside): Promise<void> {
  const name = (number: number) => (number === 0 ? path : numbered(path, number));
  for (const old of [name(maxFiles - 1), `${name(maxFiles - 1)}.gz`]) await rm(old, { force: true });
  for (let number = maxFiles - 1; number > 0; number--) {
    await renameIfThere(name(number - 1), name(number));
    // The present file is never compressed; whether those aside are may have been changed meanwhile.
    if (number > 1) await renameIfThere(`${name(number - 1)}.gz`, `${name(number)}.gz`);
  }
  if (gzip && maxFiles > 1) await compress(name(1));
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

async function compress(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz.part`, { mode: 0o640 }));
  await rename(`${path}.gz.part`, `${path}.gz`);
  await rm(path);
}

function numbered(path: string, number: number): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.${number}${extension}`);
}
