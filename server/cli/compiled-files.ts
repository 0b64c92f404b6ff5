/** Flow files compiled as a gateway would, without a gateway. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../flows/format/problem.ts";
import { readDocument } from "../../flows/format/read.ts";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import { type Compiled, compile } from "../compiler/compile.ts";
import { compilerSettings } from "../compiler-settings.ts";
import type { Settings } from "../settings.ts";
import { UsageError } from "./arguments.ts";

export type FileProblem = Problem & { readonly file?: string };

export interface CompiledFiles extends Pick<Compiled, "plan"> {
  readonly files: readonly string[];
  readonly problems: readonly FileProblem[];
}

/** Throws `UsageError` when a file or folder is not there. Folders stand for the flow files in them. */
export async function compileFiles(names: readonly string[], settings: Settings): Promise<CompiledFiles> {
  const files = (names.length > 0 ? names : [settings.flows_dir]).flatMap(flowFiles);
  const read = files.map((file) => ({ file, ...readDocument(readFileSync(file, "utf8"), file) }));
  const documents = read.flatMap((each) => (each.ok ? [each.document] : []));
  const fileOf = new Map(read.flatMap((each) => (each.ok ? [[each.document.id, each.file] as const] : [])));
  const { plan, problems } = compile(documents, await loadCatalog(), compilerSettings(settings));
  const inFile = (problem: Problem): FileProblem => {
    const file = fileOf.get(problem.flow ?? "");
    return file === undefined ? problem : { ...problem, file };
  };
  return {
    files,
    plan,
    problems: [
      ...read.flatMap((each) => (each.ok ? [] : each.problems.map((problem) => ({ ...problem, file: each.file })))),
      ...problems.map(inFile),
    ],
  };
}

function flowFiles(name: string): string[] {
  const found = statSync(name, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file or folder ${name}`);
  if (!found.isDirectory()) return [name];
  return readdirSync(name)
    .filter((entry) => entry.endsWith(".flow.json"))
    .sort()
    .map((entry) => join(name, entry));
}

/** `flows/boiler.flow.json: error: node hot, threshold: must be a number` */
export function problemLine({ file, flow, node, path, severity, message }: FileProblem): string {
  const place = [node === undefined ? "" : `node ${node}`, (path ?? []).join(".")].filter((part) => part !== "");
  return [file ?? flow ?? "settings", severity, ...(place.length > 0 ? [place.join(", ")] : []), message].join(": ");
}
