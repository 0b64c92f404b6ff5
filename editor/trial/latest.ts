import type { FlowDocument, LiveMessage, MessagePlace } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";
import type { Editor } from "../state/editor.ts";

/**
 * The latest message that came to a node that runs, in the form in which it is sent in a trial; for an adapter the latest
 * that it read. `undefined` when none is known.
 */
export async function latestOf({ documents }: Editor, flow: string, node: string): Promise<unknown> {
  const deployed = documents.getState().flows[flow]?.base?.document;
  if (deployed === undefined) return undefined;
  const places = placesOf(deployed, node);
  const messages = await request("POST /api/recent", { body: { places: places.slice(0, 100) } });
  const latest = messages.toSorted((a, b) => a.timestamp.localeCompare(b.timestamp)).at(-1);
  return latest === undefined ? undefined : contentOf(latest);
}

/** Where its messages pass a plugin or a rule: those remember the latest. */
export function placesOf({ id: flow, nodes, wires }: FlowDocument, node: string): readonly MessagePlace[] {
  const type = nodes.find(({ id }) => id === node)?.type ?? "";
  const isAdapter = type.startsWith("adapter.");
  if (!isAdapter && !type.startsWith("sink.")) return [{ flow, node, side: "in" }];
  if (!isAdapter) return wires.filter(({ to }) => to === node).map(({ from }) => ({ flow, node: from, side: "out" }));
  const after = wires.filter(({ from }) => from === node).map(({ to }) => to);
  const plugins = after.filter((to) => nodes.find(({ id }) => id === to)?.type.startsWith("plugin."));
  return [`${node}~convert`, ...plugins].map((each) => ({ flow, node: each, side: "in" }));
}

function contentOf(message: LiveMessage): unknown {
  if (!("payload" in message)) return message;
  const { payload, device_id: device, encoding, metadata } = message;
  return { payload, device, encoding, metadata };
}
