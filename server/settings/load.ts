/** From the settings file, environment and command line to checked settings. The later of the three wins. */
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type Settings, settingsSchema } from "../settings.ts";
import { settingKeys, settingSections } from "./keys.ts";

export interface SettingsSources {
  /** Where the process runs: `sluice.yaml` is looked for here, and paths that are not from a file start here. */
  readonly workingDir: string;
  /** Content of `--config`; the file has to exist. */
  readonly configFile?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `key=value` of each `--set`. */
  readonly assignments: readonly string[];
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** The file they came from; `undefined` when there was none. */
  readonly file: string | undefined;
  /** Nothing that stops the gateway, but probably not what was meant. */
  readonly warnings: readonly string[];
}

/** Something in the settings is wrong. Each line of the message names the place and the remedy. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

type Tree = { [key: string]: unknown };
type Keys = readonly PropertyKey[];

/** Throws `SettingsError` with all that is wrong. */
export function loadSettings(sources: SettingsSources): LoadedSettings {
  const file = readSettingsFile(sources);
  const tree = file.tree;
  const givenBy = new Map<string, string>();
  const assign = (key: string, value: unknown, source: string) => {
    setAt(tree, key.split("."), value);
    givenBy.set(key, source);
  };

  for (const { key, variable, fromText } of settingKeys) {
    const value = sources.environment[variable];
    if (value !== undefined && value !== "") assign(key, fromText(value), variable);
  }
  for (const assignment of sources.assignments) {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(assignment) ?? [];
    if (name === "")
      throw new SettingsError(`--set ${assignment}: write --set key=value, such as --set server.port=8081`);
    const known = settingKeys.find(({ key }) => key === name);
    if (known === undefined)
      throw new SettingsError(`--set ${assignment}: there is no setting ${name}${suggestion(name)}`);
    assign(name, known.fromText(value), `--set ${name}`);
  }

  const parsed = settingsSchema.safeParse(tree);
  const place = (path: Keys) => givenBy.get(path.join(".")) ?? file.place(path);
  if (!parsed.success)
    throw new SettingsError(parsed.error.issues.flatMap((issue) => describeIssue(issue, place)).join("\n"));

  const given = (key: string) => givenBy.has(key);
  const settings = completePaths(parsed.data, (key) => (given(key) ? sources.workingDir : file.folder));
  const refusal = exposureProblem(settings);
  if (refusal !== undefined) throw new SettingsError(refusal);
  return { settings, file: file.name, warnings: unknownVariables(sources.environment) };
}

interface SettingsFile {
  readonly name: string | undefined;
  readonly folder: string;
  readonly tree: Tree;
  /** The name of the file and the line where a value, or the section it belongs in, stands. */
  place(path: Keys): string;
}

function readSettingsFile({ workingDir, configFile }: SettingsSources): SettingsFile {
  const name = resolve(workingDir, configFile ?? "sluice.yaml");
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    if (configFile === undefined && (error as NodeJS.ErrnoException).code === "ENOENT")
      return { name: undefined, folder: workingDir, tree: {}, place: () => "settings" };
    throw new SettingsError(`cannot read the settings file ${name}: ${(error as Error).message}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new SettingsError(document.errors.map(({ message }) => `${name}: ${message.split("\n")[0]}`).join("\n"));
  const tree: unknown = withoutNulls(document.toJS() ?? {});
  if (!isTree(tree))
    throw new SettingsError(`${name} does not hold settings; write for example "server:\\n  port: 8081"`);
  const place = (path: Keys) => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      const range = typeof node === "object" && node !== null && "range" in node ? (node.range as number[]) : undefined;
      if (range?.[0] !== undefined) return `${name} line ${lines.linePos(range[0]).line}`;
    }
    return name;
  };
  return { name, folder: dirname(name), tree, place };
}

function describeIssue(issue: z.core.$ZodIssue, place: (path: Keys) => string): string[] {
  const key = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return [`${place(issue.path)}: ${key}: ${issue.message}`];
  return issue.keys.map((name) => {
    const unknown = [...issue.path, name].join(".");
    return `${place([...issue.path, name])}: there is no setting ${unknown}${suggestion(unknown)}`;
  });
}

/** `; did you mean …?` when a known key is near: by spelling, or the same name in another section. */
function suggestion(key: string): string {
  const candidates = [...settingKeys.map((known) => known.key), ...settingSections];
  const lastPart = key.split(".").at(-1);
  const moved = candidates.filter((candidate) => candidate.split(".").at(-1) === lastPart);
  const nearest = moved.length > 0 ? closest(key, moved) : closest(key, candidates);
  const near = moved.length > 0 || distance(key, nearest) <= Math.max(2, key.length / 4);
  return near ? `; did you mean ${nearest}?` : "; the file sluice.yaml of the product lists all settings";
}

function unknownVariables(environment: SettingsSources["environment"]): string[] {
  const known = new Set([
    "SLUICE_CONFIG",
    "SLUICE_URL",
    "SLUICE_TOKEN",
    ...settingKeys.map(({ variable }) => variable),
  ]);
  return Object.keys(environment)
    .filter((name) => name.startsWith("SLUICE_") && !known.has(name))
    .map((name) => `the environment variable ${name} sets nothing; did you mean ${closest(name, [...known])}?`);
}

function completePaths(parsed: z.output<typeof settingsSchema>, folderOf: (key: string) => string): Settings {
  const tree = structuredClone(parsed) as Tree;
  for (const { key, isPath } of settingKeys) {
    const value = isPath ? getAt(tree, key.split(".")) : undefined;
    if (typeof value === "string") setAt(tree, key.split("."), isAbsolute(value) ? value : join(folderOf(key), value));
  }
  const settings = tree as typeof parsed;
  const { data_dir, files_root, gateway } = settings;
  const jetstream = { ...gateway.jetstream, store_dir: gateway.jetstream.store_dir ?? join(data_dir, "jetstream") };
  return { ...settings, files_root: files_root ?? join(data_dir, "files"), gateway: { ...gateway, jetstream } };
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function exposureProblem({ server: { host, insecure_http, accounts } }: Settings): string | undefined {
  if (isLoopback(host)) return undefined;
  if (accounts === "off")
    return `server.accounts is off, and server.host ${host} can be reached by others, who would control the gateway: set server.accounts to required, or leave server.host at 127.0.0.1.`;
  if (insecure_http) return undefined;
  return (
    `server.host ${host} can be reached by others, and this port has no TLS: whoever can listen in the network ` +
    `learns passwords and data. Leave server.host at 127.0.0.1 and put a proxy with TLS in front of it, or, in a network ` +
    `you trust, add --insecure-http (server.insecure_http: true).`
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A key without a value, as when all lines of a section are commented out, means its default. */
function withoutNulls(value: unknown): unknown {
  if (!isTree(value)) return value;
  const kept = Object.entries(value).filter(([, child]) => child !== null);
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutNulls(child)]));
}

function getAt(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isTree(node) ? node[key] : undefined), tree);
}

/** A part of the path that is no section is left for the schema to complain about. */
function setAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) tree[key] = value;
  else {
    if (tree[key] === undefined) tree[key] = {};
    const child = tree[key];
    if (isTree(child)) setAt(child, rest, value);
  }
}
