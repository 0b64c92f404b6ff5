/** Paths of files below the gateway's own folder, and nowhere else. */
import { mkdir, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep, win32 } from "node:path";
import { ConnectionError } from "../../contract/errors.ts";

const windowsDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Why a text is no path of a file below a folder, with the remedy; `undefined` when it is one. */
export function pathProblem(path: string): string | undefined {
  if (path.trim() === "") return "write a path such as data/points.jsonl";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  if (/[\u0000-\u001f\u007f]/.test(path)) return "a path cannot hold control characters";
  if (path.includes("\\")) return "separate folders with /";
  if (isAbsolute(path) || win32.isAbsolute(path) || /^[a-z]:/i.test(path))
    return "write the path below the gateway's folder of files, without a / or drive at the beginning";
  if (path.endsWith("/")) return "a path ends with the name of a file, such as data/points.jsonl";
  const parts = path.split("/");
  if (parts.includes("..")) return "a path cannot lead out of the gateway's folder of files: leave .. out";
  if (parts.includes("") || parts.includes(".")) return "a path has a name between any two /";
  if (parts.some((part) => windowsDevice.test(part))) return "a part of the path is the name of a device on Windows";
  return undefined;
}

/**
 * The complete path, its folder created. Rejects with `ConnectionError` when a symbolic link leads out of `root`. Made
 * step by step, so that nothing is created behind such a link.
 */
export async function prepareFolder(root: string, path: string): Promise<string> {
  await mkdir(root, { recursive: true });
  const realRoot = await realpath(root);
  let folder = realRoot;
  for (const part of dirname(path).split("/")) {
    await mkdir(join(folder, part), { recursive: true });
    folder = await realpath(join(folder, part));
    const way = relative(realRoot, folder);
    if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way))
      throw new ConnectionError(`${path} leads out of the gateway's folder of files through a link at "${part}"`);
  }
  return join(folder, path.slice(path.lastIndexOf("/") + 1));
}
