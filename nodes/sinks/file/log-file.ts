/** A file that only grows, until it is full: then it is put aside and a new one begun. */
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { ConnectionError } from "../../contract/errors.ts";
import { codeOf, inWords } from "./disk-words.ts";
import { type Aside, putAside } from "./rotation.ts";

export interface LogFileOptions extends Aside {
  /** Complete path; its folder exists. */
  readonly path: string;
  /** The first line of each file; empty: none. */
  readonly header: string;
  /** What has to follow a last line that was cut short. */
  mending(line: string): string;
  /** A new file is begun before this is passed; 0: never. */
  readonly maxBytes: number;
  /** A new file is begun after so many lines; 0: never. */
  readonly maxLines: number;
  /** A new file is begun at each multiple of this since 1970, UTC; 0: never. */
  readonly intervalMs: number;
  /** Wall clock, milliseconds. */
  now(): number;
  /** When to wait until the disk itself has what was written; for `interval` the owner calls `sync`. */
  readonly sync: "batch" | "interval" | "never";
}

export class LogFile {
  readonly #options: LogFileOptions;
  #handle: FileHandle;
  #size: number;
  /** Without the header. */
  #lines: number;
  /** When it was last written to. */
  #writtenMs: number;
  #isSynced = true;

  private constructor(options: LogFileOptions, file: OpenFile) {
    this.#options = options;
    this.#handle = file.handle;
    this.#size = file.size;
    this.#lines = file.lines;
    this.#writtenMs = file.writtenMs;
  }

  /** Rejects with `ConnectionError` in plain words when the file cannot be written. */
  static open(options: LogFileOptions): Promise<LogFile> {
    return inWords(options.path, async () => new LogFile(options, await openForAppend(options)));
  }

  /**
   * Resolves when all lines are in the file. Rejects with `ConnectionError` when not; what had been written of them to
   * the present file is taken back, so that they can be written again.
   */
  append(lines: readonly string[]): Promise<void> {
    return inWords(this.#options.path, async () => {
      await this.#followFile();
      if (this.#isOutdated()) await this.#rotate();
      let sizeBefore = this.#size;
      let linesBefore = this.#lines;
      try {
        for (const part of this.#parts(lines)) {
          if (part.startsNewFile) {
            await this.#rotate();
            sizeBefore = this.#size;
            linesBefore = this.#lines;
          }
          this.#isSynced = false;
          await this.#handle.writeFile(part.bytes);
          this.#size += part.bytes.length;
          this.#lines += part.lines;
        }
        this.#writtenMs = this.#options.now();
        if (this.#options.sync === "batch") await this.sync();
      } catch (error) {
        await this.#handle.truncate(sizeBefore).catch(() => undefined);
        this.#size = sizeBefore;
        this.#lines = linesBefore;
        throw error;
      }
    });
  }

  /** Resolves when the disk itself has everything written so far. */
  async sync(): Promise<void> {
    if (this.#isSynced) return;
    this.#isSynced = true;
    try {
      await inWords(this.#options.path, () => this.#handle.datasync());
    } catch (error) {
      this.#isSynced = false;
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#options.sync !== "never") await this.sync().catch(() => undefined);
    await this.#handle.close();
  }

  #isOutdated(): boolean {
    const { intervalMs, now, header } = this.#options;
    if (intervalMs === 0 || this.#size <= Buffer.byteLength(header)) return false;
    return Math.floor(this.#writtenMs / intervalMs) !== Math.floor(now() / intervalMs);
  }

  /** The lines in portions of one write each, cut where a file is full. A line larger than a file has one to itself. */
  *#parts(lines: readonly string[]): Generator<Part> {
    const { maxBytes, maxLines, header } = this.#options;
    let waiting: Buffer[] = [];
    let startsNewFile = false;
    let size = this.#size;
    let count = this.#lines;
    const part = (): Part => ({ bytes: Buffer.concat(waiting), lines: waiting.length, startsNewFile });
    for (const line of lines) {
      const bytes = Buffer.from(line);
      const isFull = maxBytes > 0 && size > Buffer.byteLength(header) && size + bytes.length > maxBytes;
      if (isFull || (maxLines > 0 && count >= maxLines)) {
        if (waiting.length > 0) yield part();
        waiting = [];
        startsNewFile = true;
        size = Buffer.byteLength(header);
        count = 0;
      }
      waiting.push(bytes);
      size += bytes.length;
      count++;
    }
    if (waiting.length > 0) yield part();
  }

  async #rotate(): Promise<void> {
    if (this.#options.sync !== "never") await this.sync();
    await this.#handle.close();
    await putAside(this.#options.path, this.#options);
    this.#take(await openForAppend(this.#options));
  }

  #take({ handle, size, lines, writtenMs }: OpenFile): void {
    this.#handle = handle;
    this.#size = size;
    this.#lines = lines;
    this.#writtenMs = writtenMs;
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
    this.#take(await openForAppend(this.#options));
  }
}

interface Part {
  readonly bytes: Buffer;
  readonly lines: number;
  readonly startsNewFile: boolean;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
  readonly lines: number;
  readonly writtenMs: number;
}

async function openForAppend(options: LogFileOptions): Promise<OpenFile> {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  // Not through a link at the end of the path, and not waiting for the other end of a pipe.
  const handle = await open(options.path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o640);
  let isOther = false;
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw new ConnectionError(`${options.path} is no ordinary file: choose another path`);
    isOther = await hasOtherHeader(handle, options.header);
    if (!isOther) {
      await handle.writeFile(before.size === 0 ? options.header : await continuation(handle, before.size, options));
      const lines = options.maxLines === 0 ? 0 : await countLines(handle, options);
      return { handle, size: (await handle.stat()).size, lines, writtenMs: before.mtimeMs };
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  if (options.maxFiles === 1)
    throw new ConnectionError(`${options.path} exists and has other columns: move it away, or keep more than one file`);
  await putAside(options.path, options);
  return openForAppend(options);
}

/** A header that a crash cut short is none. */
async function hasOtherHeader(handle: FileHandle, header: string): Promise<boolean> {
  const wanted = Buffer.from(header);
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(wanted.length), 0, wanted.length, 0);
  return !wanted.subarray(0, bytesRead).equals(buffer.subarray(0, bytesRead));
}

async function countLines(handle: FileHandle, { header }: LogFileOptions): Promise<number> {
  const chunk = Buffer.alloc(65_536);
  let lines = header === "" ? 0 : -1;
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return lines;
    position += bytesRead;
    for (let at = chunk.indexOf(10); at >= 0 && at < bytesRead; at = chunk.indexOf(10, at + 1)) lines++;
  }
}

/** What is missing at the end of an existing file: nothing, the header, or the rest of a line that a crash cut short. */
async function continuation(handle: FileHandle, size: number, { header, mending }: LogFileOptions): Promise<string> {
  if (size < Buffer.byteLength(header)) {
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
