/** The worker thread of trials: one after the other, each on its own bus. It may be ended at any time. */
import { parentPort } from "node:worker_threads";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import { nodesFolder } from "../product.ts";
import { runTrial } from "./run-trial.ts";
import type { AnswerOfWorker, ToTrialWorker } from "./trials.ts";

const port = parentPort;
if (port === null) throw new Error("worker.ts runs as a worker thread");
const catalog = await loadCatalog(nodesFolder);

port.on("message", async ({ request, settings }: ToTrialWorker) => {
  port.postMessage({ answer: await runTrial(request, catalog, settings) } satisfies AnswerOfWorker);
});
port.postMessage("ready");
