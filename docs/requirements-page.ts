/** The page that says for each requirement which tests hold the product to it, found by the numbers in their names. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { requirements } from "./requirements.ts";

const testFolders = ["flows", "nodes", "server", "editor", "docs", "test"];

/** Throws when a requirement has neither a test nor a reason, or a test names a number that does not exist. */
export async function requirementsPage(root: string): Promise<string> {
  const tests = await testsByRequirement(root);
  const unknown = [...tests.keys()].filter((id) => !requirements.some((requirement) => requirement.id === id));
  if (unknown.length > 0) throw new Error(`tests name requirements that do not exist: ${unknown.join(", ")}`);
  const open = requirements.filter(({ id, later }) => !tests.has(id) && later === undefined);
  if (open.length > 0)
    throw new Error(`no test names ${open.map(({ id }) => id).join(", ")}, and docs/requirements.ts gives no reason`);
  const rows = requirements.map(({ id, title, later }) => {
    const files = [...(tests.get(id) ?? [])].map((file) => `[${file}](../${file})`).join(", ");
    const state = [files, later === undefined ? "" : `not yet${files === "" ? "" : " in full"}: ${later}`];
    return `| ${id} | ${title.replaceAll("|", "\\|")} | ${state.filter((part) => part !== "").join("; ")} |`;
  });
  const covered = requirements.filter(({ later }) => later === undefined).length;
  return [
    "# Requirements\n",
    `${covered} of ${requirements.length} hold today. Each names the tests that hold it, by number.\n`,
    "| | requirement | held by |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

async function testsByRequirement(root: string): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const folder of testFolders) {
    const files = (await readdir(join(root, folder), { recursive: true }).catch(() => []))
      .filter((file) => /\.test\.tsx?$/.test(file))
      .sort();
    for (const file of files) {
      const path = `${folder}/${file}`;
      for (const id of numbersIn(await readFile(join(root, path), "utf8")))
        found.set(id, (found.get(id) ?? new Set()).add(path));
    }
  }
  return found;
}

/** Numbers in the names of tests; `R055-R061` stands for all between. */
function numbersIn(source: string): Set<string> {
  const numbers = new Set<string>();
  for (const [, from, to] of source.matchAll(/\bR(\d{3})(?:[-–]R(\d{3}))?\b/g))
    for (let number = Number(from); number <= Number(to ?? from); number++)
      numbers.add(`R${String(number).padStart(3, "0")}`);
  return numbers;
}
