/** Where the product's own files are, whether it runs from its sources or from what was built of them. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const root = rootAbove(import.meta.dirname);
/** The build keeps the folders of what is looked up by its path, but puts this file wherever it is shared from. */
export const isBuilt = import.meta.dirname.startsWith(join(root, "dist"));
const codeFolder = isBuilt ? join(root, "dist") : root;

export const editorFolder = join(root, "dist/editor");
export const examplesFolder = join(root, "flows/examples");
export const nodesFolder = join(codeFolder, "nodes");

/** The file of a module that is started by its path, such as `server/runtime/worker`. */
export function moduleFile(name: string): URL {
  return pathToFileURL(join(codeFolder, `${name}.${isBuilt ? "js" : "ts"}`));
}

export function version(): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return version;
}

function rootAbove(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}
