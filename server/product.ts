/** Where the product's own files are, whether it runs from its sources or from what was built of them. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const isBuilt = basename(dirname(import.meta.dirname)) === "dist";
const root = join(import.meta.dirname, isBuilt ? "../.." : "..");

export const editorFolder = join(root, "dist/editor");
export const examplesFolder = join(root, "flows/examples");

export function version(): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return version;
}
