/** The files of a path with expressions in it, of which only the latest used are kept open. */
import type { LogFile } from "./log-file.ts";

export class OpenFiles {
  readonly #open: (path: string) => Promise<LogFile>;
  readonly #most: number;
  /** The one used last stands last. */
  readonly #files = new Map<string, LogFile>();

  constructor(most: number, open: (path: string) => Promise<LogFile>) {
    this.#most = most;
    this.#open = open;
  }

  /** Rejects with `ConnectionError` when it cannot be written. Not to be called again before it has resolved. */
  async at(path: string): Promise<LogFile> {
    const known = this.#files.get(path);
    if (known !== undefined) {
      this.#files.delete(path);
      this.#files.set(path, known);
      return known;
    }
    const [oldest] = this.#files;
    if (oldest !== undefined && this.#files.size >= this.#most) {
      this.#files.delete(oldest[0]);
      await oldest[1].close();
    }
    const file = await this.#open(path);
    this.#files.set(path, file);
    return file;
  }

  all(): readonly LogFile[] {
    return [...this.#files.values()];
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((file) => file.close()));
    this.#files.clear();
  }
}
