/** What the file system says when it refuses, in words for people who run a plant. */
import { ConnectionError } from "../../contract/errors.ts";

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

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
