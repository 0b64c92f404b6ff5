/** `sluice import`: flow files made of a Node-RED `flows.json` or of a file of rules, with a report of what needs a hand. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { writeDocument } from "../../flows/format/write.ts";
import { importFlows } from "../../flows/import/import-flows.ts";
import type { ImportedNode, ImportResult } from "../../flows/import/report.ts";
import { safeLine } from "../../nodes/sinks/console/printer.ts";
import type { Settings } from "../settings.ts";
import type { CommandLine } from "./arguments.ts";

/** Everything works as it did. */
const allDone = 0;
/** Files were written, and something in them needs a hand. */
const someByHand = 1;
/** Nothing was written. */
const nothingDone = 2;

const longestLine = 2_000;

/** Prints what became of every node and answers the exit code. A file that is there is never written over. */
export function runImport(
  { names, isJson, outFolder }: Pick<CommandLine, "names" | "isJson" | "outFolder">,
  settings: Pick<Settings, "flows_dir">,
  print: (text: string) => void,
): number {
  const [path = ""] = names;
  const folder = outFolder ?? settings.flows_dir;
  const result = importFile(path);
  if (!result.ok) return refuse(result.message);
  const files = result.documents.map((document) => ({ document, path: join(folder, `${document.id}.flow.json`) }));
  const present = files.filter((file) => existsSync(file.path)).map((file) => file.path);
  if (present.length > 0)
    return refuse(`${present.join(", ")}: there already, nothing was written; give another folder with --out`);
  try {
    mkdirSync(folder, { recursive: true });
    for (const { document, path } of files) writeFileSync(path, writeDocument(document), { flag: "wx" });
  } catch (error) {
    return refuse(`${folder} cannot be written: ${(error as Error).message}`);
  }
  const { report } = result;
  const count = (outcome: ImportedNode["outcome"]) => report.filter((row) => row.outcome === outcome).length;
  if (isJson) print(`${JSON.stringify({ ok: true, files: files.map(({ path }) => path), report }, null, 2)}\n`);
  else {
    for (const row of report) for (const line of linesOf(row)) print(`${safeLine(line, longestLine)}\n`);
    for (const { path } of files) print(`${path}\n`);
    print(
      `${files.length} flow(s): ${count("converted")} converted, ${count("approximated")} approximated, ${count("by-hand")} by hand\n`,
    );
  }
  return count("by-hand") === 0 ? allDone : someByHand;

  function refuse(message: string): number {
    print(isJson ? `${JSON.stringify({ ok: false, message }, null, 2)}\n` : `${message}\n`);
    return nothingDone;
  }
}

function importFile(path: string): ImportResult {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return { ok: false, message: `${path} cannot be read: ${(error as Error).message}` };
  }
  return importFlows(text, basename(path));
}

function linesOf({ flow, name, type, outcome, notes }: ImportedNode): readonly string[] {
  const word = { converted: "converted", approximated: "approximated", "by-hand": "BY HAND" }[outcome];
  const what = [flow, `${name} (${type})`].filter((part) => part !== undefined && part !== " ()").join(" / ");
  return [`${word.padEnd(13)} ${what}`, ...notes.map((note) => `${" ".repeat(14)}${note}`)];
}
