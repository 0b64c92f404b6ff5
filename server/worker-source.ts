/** How the file of a worker thread is started, built or from its sources. */

export interface WorkerSource {
  readonly source: URL | string;
  readonly isCode: boolean;
}

/**
 * `file` is named by its source, `worker.ts`. Sources below tsx, as in development: its hooks do not reach worker
 * threads, which have to ask for them.
 */
export function workerSource(file: URL): WorkerSource {
  const isTypeScript = import.meta.url.endsWith(".ts");
  const runsNatively = "typescript" in process.features && process.features.typescript !== false;
  if (!isTypeScript) return { source: new URL(file.href.replace(/\.ts$/, ".js")), isCode: false };
  if (runsNatively) return { source: file, isCode: false };
  const [tsx, worker] = [import.meta.resolve("tsx/esm/api"), file.href].map((url) => JSON.stringify(url));
  return { source: `import { register } from ${tsx}; register(); await import(${worker});`, isCode: true };
}
