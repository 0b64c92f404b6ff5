/** A file that only grows, until it is full: then it is put aside and a new one begun. */
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { ConnectionError } from "../../contract/errors.ts";

export interface LogFileOptions {
  /** Complete path; its folder exists. */
  readonly path: string;
  /** The first line of each file; empty: none. */
  readonly header: string;
  /** What has to follow a last line that was cut short. */
  mending(line: string): string;
  /** A new file is begun before this is passed; 0: never. */
  readonly maxBytes: number;
  /** How many files are kept, the present one included. */
  readonly maxFiles: number;
  /** Wait until the disk itself has each batch. */
  readonly sync: boolean;
}

export class LogFile {
  readonly #options: LogFileOptions;
  #handle: FileHandle;
  #size: number;

  private constructor(options: LogFileOptions, handle: FileHandle, size: number) {
    this.#options = options;
    this.#handle = handle;
    this.#size = size;
  }

  /** Rejects with `ConnectionError` in plain words when the file cannot be written. */
  static open(options: LogFileOptions): Promise<LogFile> {
    return inWords(options.path, async () => {
      const { handle, size } = await openForAppend(options);
      return new LogFile(options, handle, size);
    });
  }

  /**
   * Resolves when all lines are in the file. Rejects with `ConnectionError` when not; what had been written of them to
   * the present file is taken back, so that they can be written again.
   */
  append(lines: readonly string[]): Promise<void> {
    return inWords(this.#options.path, async () => {
      await this.#followFile();
      let sizeBefore = this.#size;
      try {
        for (const part of this.#parts(lines)) {
          if (part.startsNewFile) {
            await this.#rotate();
            sizeBefore = this.#size;
          }
          await this.#handle.writeFile(part.bytes);
          this.#size += part.bytes.length;
        }
        if (this.#options.sync) await this.#handle.datasync();
      } catch (error) {
        await this.#handle.truncate(sizeBefore).catch(() => undefined);
        this.#size = sizeBefore;
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** The lines in portions of one write each, cut where a file is full. A line larger than a file has one to itself. */
  *#parts(lines: readonly string[]): Generator<{ readonly bytes: Buffer; readonly startsNewFile: boolean }> {
    const { maxBytes, header } = this.#options;
    let waiting: Buffer[] = [];
    let startsNewFile = false;
    let size = this.#size;
    for (const line of lines) {
      const bytes = Buffer.from(line);
      if (maxBytes > 0 && size > header.length && size + bytes.length > maxBytes) {
        if (waiting.length > 0) yield { bytes: Buffer.concat(waiting), startsNewFile };
        waiting = [];
        startsNewFile = true;
        size = header.length;
      }
      waiting.push(bytes);
      size += bytes.length;
    }
    if (waiting.length > 0) yield { bytes: Buffer.concat(waiting), startsNewFile };
  }

  /** `points.jsonl` becomes `points.1.jsonl`, that becomes `points.2.jsonl`, and so on; the oldest goes. */
  async #rotate(): Promise<void> {
    const { path, maxFiles, sync } = this.#options;
    if (sync) await this.#handle.datasync();
    await this.#handle.close();
    const name = (number: number) => (number === 0 ? path : numbered(path, number));
    await rm(name(maxFiles - 1), { force: true });
    for (let number = maxFiles - 1; number > 0; number--)
      await rename(name(number - 1), name(number)).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw error;
      });
    ({ handle: this.#handle, size: this.#size } = await openForAppend(this.#options));
  }

  /** If somebody moved or deleted the file meanwhile, goes on in a new one instead of writing where nobody looks. */
  async #followFile(): Promise<void> {
    const [ours, there] = await Promise.all([
      this.#handle.stat(),
      stat(this.#options.path).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw error;
        return undefined;
      }),
    ]);
    this.#size = ours.size;
    if (there !== undefined && there.ino === ours.ino && there.dev === ours.dev) return;
    await this.#handle.close();
    ({ handle: this.#handle, size: this.#size } = await openForAppend(this.#options));
  }
}

function numbered(path: string, number: number): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.${number}${extension}`);
}

async function openForAppend(options: LogFileOptions): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  // Not through a link at the end of the path, and not waiting for the other end of a pipe.
  const handle = await open(options.path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o640);
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw new ConnectionError(`${options.path} is no ordinary file: choose another path`);
    await handle.writeFile(before.size === 0 ? options.header : await continuation(handle, before.size, options));
    return { handle, size: (await handle.stat()).size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What is missing at the end of an existing file: nothing, or the rest of a line that a crash cut short. */
async function continuation(
  handle: FileHandle,
  size: number,
  { header, path, mending }: LogFileOptions,
): Promise<string> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(header.length), 0, header.length, 0);
  const first = buffer.subarray(0, bytesRead).toString();
  if (first !== header) {
    if (!header.startsWith(first))
      throw new ConnectionError(`${path} exists and has other columns: move it away, or choose another path`);
    await handle.truncate(0);
    return header;
  }
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  await handle.read(tail, 0, tail.length, size - tail.length);
  const line = tail.subarray(tail.lastIndexOf("\n") + 1).toString();
  return line === "" ? "" : mending(line);
}
/** No record is larger: the bus takes none. */
const tailBytes = 1_200_000;

const words: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: make room, or let old files go sooner",
  EDQUOT: "the quota of the disk is used up: make room",
  EACCES: "the gateway may not write there: check the rights of folder and file",
  EPERM: "the gateway may not write there: check the rights of folder and file",
  EROFS: "the disk can only be read",
  EISDIR: "there is a folder of that name: choose another path",
  ENOTDIR: "a part of the path is a file, not a folder: choose another path",
  EEXIST: "a part of the path is a file, not a folder: choose another path",
  ELOOP: "it is a symbolic link, which is not followed: choose another path",
  ENAMETOOLONG: "the path is too long",
  EMFILE: "too many files are open",
  EIO: "the disk reports an error: check it",
};

/** Passes errors of the file system on as `ConnectionError` in plain words. */
export async function inWords<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new ConnectionError(`cannot write ${path}: ${words[code] ?? (error as Error).message}`, { cause: error });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
