/** The folder of flow files, written so that after a crash each file is either the old one or the new one. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { storeError } from "./store-error.ts";

const suffix = ".flow.json";
const stagedSuffix = `${suffix}.new`;

export interface FlowFile {
  readonly id: string;
  readonly path: string;
  /** `undefined` when it cannot be read; `error` says why. */
  readonly text: string | undefined;
  readonly error: string;
  /** RFC 3339. */
  readonly changedAt: string;
}

/** The text a flow's file is to have; `null` = no file. */
export interface FileChange {
  readonly id: string;
  readonly text: string | null;
}

export class FlowFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
      for (const name of readdirSync(folder)) if (name.endsWith(stagedSuffix)) rmSync(join(folder, name));
    } catch (error) {
      throw storeError(`use the folder of flows ${folder}`, error);
    }
  }

  path(id: string): string {
    return join(this.#folder, id + suffix);
  }

  list(): FlowFile[] {
    const names = readdirSync(this.#folder, { withFileTypes: true })
      .filter((entry) => entry.name.endsWith(suffix) && !entry.isDirectory())
      .map(({ name }) => name.slice(0, -suffix.length))
      .sort();
    return names.map((id) => this.#read(id));
  }

  #read(id: string): FlowFile {
    const path = this.path(id);
    try {
      const changedAt = statSync(path).mtime.toISOString();
      return { id, path, text: readFileSync(path, "utf8"), error: "", changedAt };
    } catch (error) {
      return { id, path, text: undefined, error: storeError(`read ${path}`, error).message, changedAt: "" };
    }
  }

  /**
   * Writes the new texts beside the files, on disk to the last byte. What can fail for lack of space or permission
   * fails here, with nothing changed. Then call `publish` or `discard`.
   */
  stage(changes: readonly FileChange[]): { publish(): void; discard(): void } {
    const staged = (id: string) => join(this.#folder, id + stagedSuffix);
    const discard = () => {
      for (const { id } of changes) rmSync(staged(id), { force: true });
    };
    try {
      for (const { id, text } of changes) if (text !== null) writeDurably(staged(id), text);
    } catch (error) {
      discard();
      throw storeError(`write flow files in ${this.#folder}`, error);
    }
    const publish = () => {
      const replaced: FileChange[] = [];
      try {
        for (const { id, text } of changes) {
          const before = { id, text: this.#read(id).text ?? null };
          if (text === null) rmSync(this.path(id), { force: true });
          else renameSync(staged(id), this.path(id));
          replaced.push(before);
        }
        syncFolder(this.#folder);
      } catch (error) {
        discard();
        this.#restore(replaced);
        throw storeError(`replace flow files in ${this.#folder}`, error);
      }
    };
    return { publish, discard };
  }

  #restore(files: readonly FileChange[]): void {
    for (const { id, text } of files)
      if (text === null) rmSync(this.path(id), { force: true });
      else writeDurably(this.path(id), text);
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "w", 0o644);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes renames and removals durable. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
