/** Reads once what an adapter would read, for somebody who is still setting it up. Nothing of it reaches the bus. */
import { isAdapter } from "../../nodes/contract/catalog.ts";
import type { ConnectionDefinition, PeerContext } from "../../nodes/contract/connection.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import type { ConnectionPlan } from "../compiler/plan.ts";
import type { ProbeRequest, ProbeResult } from "./port.ts";
import type { Services } from "./services.ts";

const givenUpAfterMs = 20_000;

/**
 * `clientOf` answers the client of a connection that runs with the same configuration, which is then used: many devices and
 * every serial port allow only one. Otherwise one is opened and closed again.
 */
export async function probe(
  services: Services,
  { flow, node: id, keys }: ProbeRequest,
  clientOf: (flow: string, connection: ConnectionPlan) => unknown,
): Promise<ProbeResult> {
  const node = flow.nodes.find((each) => each.id === id);
  const definition = node && services.catalog.nodes.get(node.type);
  if (
    node?.category !== "adapter" ||
    definition === undefined ||
    !isAdapter(definition) ||
    definition.probe === undefined
  )
    return { ok: false, message: `${node?.type ?? id} cannot be tried out` };
  const connection = flow.connections.find((each) => each.id === node.connection);
  const { clock, endpoints, filesRoot, reach } = services;
  const startedMs = clock.monotonic();
  const abort = new AbortController();
  let lost: Error | undefined;
  const peer: PeerContext = {
    clock,
    signal: abort.signal,
    status: () => undefined,
    lost: (error) => {
      lost = error;
    },
  };
  let close = async () => {};
  const timer = clock.after(givenUpAfterMs, () => abort.abort());
  const timeUp = new Promise<never>((_, reject) =>
    abort.signal.addEventListener("abort", () =>
      reject(new ConnectionError(`there was no answer within ${givenUpAfterMs / 1_000} s`)),
    ),
  );
  timeUp.catch(() => undefined);
  try {
    let client = connection === undefined ? undefined : clientOf(flow.id, connection);
    if (client === undefined && connection !== undefined) {
      const opening = openConnection(services, connection, peer);
      // One that opens when nobody waits for it any more is closed at once.
      opening.then((late) => (abort.signal.aborted ? late.close() : undefined)).catch(() => undefined);
      const opened = await Promise.race([opening, timeUp]);
      client = opened.client;
      close = () => opened.close();
    }
    const context = { ...peer, connection: client, endpoints, filesRoot, reach };
    const reading = definition.probe(definition.config.parse(node.config), context, keys);
    const values = await Promise.race([reading, timeUp]);
    return { ok: true, values, tookMs: Math.round(clock.monotonic() - startedMs) };
  } catch (error) {
    const reason = lost ?? error;
    return { ok: false, message: reason instanceof Error ? reason.message : String(reason) };
  } finally {
    timer.cancel();
    abort.abort();
    await close().catch(() => undefined);
  }
}

function openConnection({ catalog }: Services, { type, config }: ConnectionPlan, peer: PeerContext) {
  const definition: ConnectionDefinition | undefined = catalog.connections.get(type);
  if (definition === undefined) throw new Error(`there is no connection of type ${type}`);
  return definition.open(definition.config.parse(config), peer);
}
