/** Flow files compiled as a gateway would, without a gateway. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { faultPlace, type Place, problemPlace } from "../../flows/format/place.ts";
import type { Problem } from "../../flows/format/problem.ts";
import { readDocument } from "../../flows/format/read.ts";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import { type Compiled, compile } from "../compiler/compile.ts";
import { compilerSettings } from "../compiler-settings.ts";
import { nodesFolder } from "../product.ts";
import type { Settings } from "../settings.ts";
import { UsageError } from "./arguments.ts";

export type FileProblem = Problem & { readonly file?: string; readonly place?: Place };

export interface CompiledFiles extends Pick<Compiled, "plan"> {
  readonly files: readonly string[];
  readonly problems: readonly FileProblem[];
}

/** Throws `UsageError` when a file or folder is not there. Folders stand for the flow files in them. */
export async function compileFiles(names: readonly string[], settings: Settings): Promise<CompiledFiles> {
  const files = (names.length > 0 ? names : [settings.flows_dir]).flatMap(flowFiles);
  const read = files.map((file) => {
    const text = readFileSync(file, "utf8");
    return { file, text, ...readDocument(text, file) };
  });
  const documents = read.flatMap((each) => (each.ok ? [each.document] : []));
  const sourceOf = new Map(read.flatMap((each) => (each.ok ? [[each.document.id, each] as const] : [])));
  const { plan, problems } = compile(documents, await loadCatalog(nodesFolder), compilerSettings(settings, "unknown"));
  const inFlow = (problem: Problem): FileProblem => {
    const source = sourceOf.get(problem.flow ?? "");
    return source === undefined ? problem : inFile(problem, source);
  };
  return {
    files,
    plan,
    problems: [
      ...read.flatMap((each) => (each.ok ? [] : each.problems.map((problem) => inFile(problem, each)))),
      ...problems.map(inFlow),
    ],
  };
}

/** The same problem, with its file and the place in it. */
export function inFile(
  problem: Problem,
  { file, text }: { readonly file: string; readonly text: string },
): FileProblem {
  const place = faultPlace(text) ?? problemPlace(text, problem);
  return { ...problem, file, ...(place === undefined ? {} : { place }) };
}

/** The flow files of a folder; a file is itself. Throws `UsageError` when there is neither. */
export function flowFiles(name: string): string[] {
  const found = statSync(name, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file or folder ${name}`);
  if (!found.isDirectory()) return [name];
  return readdirSync(name)
    .filter((entry) => entry.endsWith(".flow.json"))
    .sort()
    .map((entry) => join(name, entry));
}

/** `flows/boiler.flow.json:12:9: error: node hot, threshold: must be a number`, in which many editors follow the place. */
export function problemLine({ file, place, flow, node, path, severity, message }: FileProblem): string {
  const source = file === undefined || place === undefined ? file : `${file}:${place.line}:${place.column}`;
  const what = [node === undefined ? "" : `node ${node}`, (path ?? []).join(".")].filter((part) => part !== "");
  return [source ?? flow ?? "settings", severity, ...(what.length > 0 ? [what.join(", ")] : []), message].join(": ");
}
