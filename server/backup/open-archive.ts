/** Unpacks a backup into a folder and proves it whole, before anything of it is used. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { extract, list } from "tar";
import { BackupError, describeFile, type Manifest, manifestName, readManifest } from "./manifest.ts";

/** What a manifest lists is read into memory before it is believed; it is this long at most. */
const maxManifestBytes = 16 * 1_024 * 1_024;

/**
 * `folder` is made. Throws `BackupError` when the archive is damaged, incomplete, or none of this product; nothing in it
 * is written outside of the folder.
 */
export async function openArchive(archive: string, folder: string): Promise<Manifest> {
  await checkEntries(archive);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await readable(archive, () => extract({ file: archive, cwd: folder, strict: true, preserveOwner: false }));
  const text = await readFile(join(folder, manifestName), "utf8").catch(() => "");
  const manifest = readManifest(text, archive);
  for (const wanted of manifest.files) {
    const found = await describeFile(folder, wanted.path).catch(() => undefined);
    if (found === undefined) throw new BackupError(`${archive} is incomplete: ${wanted.path} is missing`);
    if (found.bytes !== wanted.bytes || found.sha256 !== wanted.sha256)
      throw new BackupError(`${archive} is damaged: ${wanted.path} is not what was written; use another backup`);
  }
  return manifest;
}

/** Looked at before anything is written: plain files with plain names, and the list of them first. */
async function checkEntries(archive: string): Promise<void> {
  let count = 0;
  let problem: string | undefined;
  await readable(archive, () =>
    list({
      file: archive,
      strict: true,
      onReadEntry: ({ path, type, size }) => {
        count++;
        if (count === 1 && (path !== manifestName || size > maxManifestBytes))
          problem ??= `${archive} is not a backup of this product: it does not begin with ${manifestName}`;
        const isPlain = (type === "File" || type === "OldFile") && /^(?:(?:flows|streams)\/)?[\w-][\w.-]*$/.test(path);
        if (!isPlain) problem ??= `${archive} is not a backup of this product: it holds ${JSON.stringify(path)}`;
      },
    }),
  );
  if (count === 0) problem = `${archive} is not a backup of this product: it is empty`;
  if (problem !== undefined) throw new BackupError(problem);
}

async function readable(archive: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new BackupError(`there is no file ${archive}`);
    throw new BackupError(`${archive} is damaged, or no backup at all: ${(error as Error).message}`, { cause: error });
  }
}
