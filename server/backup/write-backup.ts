/** Makes a backup of a gateway, while it runs or of its folders: everything it takes to be the same gateway elsewhere. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { create } from "tar";
import { parseDocument } from "yaml";
import { saveStreams } from "../bus/stream-snapshot.ts";
import { version } from "../product.ts";
import type { Store } from "../store/store.ts";
import {
  databaseName,
  describeFile,
  flowsFolder,
  type Manifest,
  makeManifest,
  manifestName,
  settingsName,
  streamsFolder,
} from "./manifest.ts";

export interface BackupSources {
  readonly store: Pick<Store, "backup" | "secrets">;
  readonly dataDir: string;
  readonly flowsDir: string;
  /** `undefined`: the gateway runs on defaults. */
  readonly settingsFile: string | undefined;
  /** The embedded server; otherwise why its streams are not in the backup. */
  readonly nats: { readonly url: string } | { readonly none: string };
}

export interface Backup {
  /** `tar.gz`; its first entry is the manifest. */
  readonly archive: Readable;
  readonly manifest: Manifest;
  /** To be called when the archive was read, or will not be. */
  dispose(): Promise<void>;
}

const stagingPrefix = "backup-";

/** Everything is on disk before the first byte can be read: what fails, fails here. */
export async function writeBackup(sources: BackupSources): Promise<Backup> {
  await removeLeftovers(sources.dataDir);
  const folder = await mkdtemp(join(sources.dataDir, stagingPrefix));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const manifest = await collect(sources, folder);
    const paths = [manifestName, ...manifest.files.map(({ path }) => path)];
    const archive = create({ cwd: folder, gzip: { level: 1 }, portable: true, noDirRecurse: true }, paths);
    return { archive: archive as unknown as Readable, manifest, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function collect({ store, flowsDir, settingsFile, nats }: BackupSources, folder: string): Promise<Manifest> {
  await Promise.all([flowsFolder, streamsFolder].map((name) => mkdir(join(folder, name))));
  await store.backup(join(folder, databaseName));
  const flows = await copyFlows(flowsDir, join(folder, flowsFolder));
  const withheldSettings =
    settingsFile === undefined ? [] : await copySettings(settingsFile, join(folder, settingsName));
  const streams = "url" in nats ? await saveStreams(nats.url, join(folder, streamsFolder)) : [];
  const paths = [
    databaseName,
    ...(settingsFile === undefined ? [] : [settingsName]),
    ...flows.map((name) => `${flowsFolder}/${name}`),
    ...(await readdir(join(folder, streamsFolder))).sort().map((name) => `${streamsFolder}/${name}`),
  ];
  const manifest = makeManifest({
    version: version(),
    createdAt: new Date().toISOString(),
    files: await Promise.all(paths.map((path) => describeFile(folder, path))),
    streams,
    streamsNote: "none" in nats ? nats.none : "",
    secrets: { count: store.secrets.list().length, keyFingerprint: store.secrets.keyFingerprint() ?? "" },
    withheldSettings,
  });
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** The flows and what stands beside them to test them. */
async function copyFlows(from: string, to: string): Promise<string[]> {
  const names = (await readdir(from)).filter((name) => /^[a-z0-9][a-z0-9-]*\.(?:flow\.json|test\.yaml)$/.test(name));
  for (const name of names) await writeFile(join(to, name), await readFile(join(from, name)));
  return names.sort();
}

const secretSettings = ["gateway.nats_options.password", "gateway.nats_options.token"];

/** Without what is a secret in it. Answers the keys that were left out. */
async function copySettings(from: string, to: string): Promise<string[]> {
  const document = parseDocument(await readFile(from, "utf8"));
  const withheld = secretSettings.filter((key) => document.deleteIn(key.split(".")));
  // One address or a list of them, in which user and password may stand.
  if (JSON.stringify(document.getIn(["gateway", "nats_url"]) ?? "").includes("@")) {
    document.deleteIn(["gateway", "nats_url"]);
    withheld.push("gateway.nats_url");
  }
  await writeFile(to, document.toString());
  return withheld;
}

/** Of a gateway that was killed while it made one. */
async function removeLeftovers(dataDir: string): Promise<void> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith(stagingPrefix));
  for (const name of names) await rm(join(dataDir, name), { recursive: true, force: true });
}
