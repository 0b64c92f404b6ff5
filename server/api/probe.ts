/** Tries an adapter out before it is deployed. */
import type { Runtime } from "../runtime/port.ts";
import type { ProbeAnswer, ProbeBody } from "./contract.ts";
import type { Deployments } from "./deploy.ts";
import { ApiFailure } from "./failure.ts";

/** Rejects with `ApiFailure`: 404 no such node, 422 its configuration is wrong, 502 the device cannot be reached. */
export async function probe(
  deployments: Pick<Deployments, "planNode">,
  runtime: Pick<Runtime, "probe">,
  { document, node: id, keys = [] }: ProbeBody,
): Promise<ProbeAnswer> {
  const flow = deployments.planNode(document, id);
  if (flow.nodes.find((node) => node.id === id)?.category !== "adapter")
    throw new ApiFailure(400, "not-an-adapter", `"${id}" is no adapter: only what reads from devices can be tried out`);
  const result = await runtime.probe({ flow, node: id, keys });
  if (!result.ok) throw new ApiFailure(502, "not-reached", result.message);
  return { values: result.values, tookMs: result.tookMs };
}
