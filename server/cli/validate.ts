/** `sluice validate`: what a deployment would say about flow files, for people and for CI. */
import type { Settings } from "../settings.ts";
import { compileFiles, problemLine } from "./compiled-files.ts";

/** Prints the problems and answers the exit code: 0, also with warnings; 1 when a flow has an error. */
export async function runValidate(
  names: readonly string[],
  settings: Settings,
  isJson: boolean,
  print: (text: string) => void,
): Promise<number> {
  const { files, problems } = await compileFiles(names, settings);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (isJson) print(`${JSON.stringify({ ok: errors === 0, files, problems }, null, 2)}\n`);
  else {
    for (const problem of problems) print(`${problemLine(problem)}\n`);
    const warnings = problems.length - errors;
    print(`${files.length} flow(s): ${errors} error(s), ${warnings} warning(s)\n`);
  }
  return errors === 0 ? 0 : 1;
}
