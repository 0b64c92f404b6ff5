/** How the file of a worker thread is started, built or from its sources. */
import { isBuilt, moduleFile } from "./product.ts";

export interface WorkerSource {
  readonly source: URL | string;
  readonly isCode: boolean;
}

/**
 * `name` as `moduleFile` takes it. Sources below tsx, as in development: its hooks do not reach worker threads, which have
 * to ask for them.
 */
export function workerSource(name: string): WorkerSource {
  const file = moduleFile(name);
  const runsNatively = isBuilt || ("typescript" in process.features && process.features.typescript !== false);
  if (runsNatively) return { source: file, isCode: false };
  const [tsx, worker] = [import.meta.resolve("tsx/esm/api"), file.href].map((url) => JSON.stringify(url));
  return { source: `import { register } from ${tsx}; register(); await import(${worker});`, isCode: true };
}
