/** Drawing wires: which ends fit, what happens on an empty spot, and moving an end to another port. */

import { notifications } from "@mantine/notifications";
import type { Connection, Edge, FinalConnectionState, IsValidConnection, OnConnect, OnReconnect } from "@xyflow/react";
import { useReactFlow } from "@xyflow/react";
import { useMemo } from "react";
import type { FlowDocument } from "../../server/api/contract.ts";
import { useT } from "../i18n/messages.ts";
import { currentFlow } from "../state/document.ts";
import { useEditor } from "../state/editor.ts";
import { addWire } from "../state/edits.ts";
import type { LooseEnd } from "../state/view.ts";
import { wire, wireId, wireRefusal } from "../state/wiring.ts";
import type { DrawnWire } from "./drawn.ts";

function wireOf({ source, sourceHandle, target, targetHandle }: Connection | Edge) {
  return wire(source, sourceHandle ?? "out", target, targetHandle ?? "in");
}

export function useConnecting() {
  const t = useT();
  const { documents, view } = useEditor();
  const flow = useReactFlow();

  return useMemo(() => {
    const present = () => currentFlow(documents.getState())?.history.present;
    const without = (document: FlowDocument, id: string) => ({
      ...document,
      wires: document.wires.filter((other) => wireId(other) !== id),
    });
    const refusal = (connection: Connection | Edge) => {
      const document = present();
      return document === undefined ? "unknown" : wireRefusal(document, wireOf(connection));
    };
    const isValidConnection: IsValidConnection<DrawnWire> = (connection) => refusal(connection) === undefined;
    const onConnect: OnConnect = (connection) =>
      documents.edit("step.wire", (document) => addWire(document, wireOf(connection)));
    const onReconnect: OnReconnect<DrawnWire> = (old, connection) =>
      documents.edit("step.rewire", (document) => {
        const left = without(document, old.id);
        return wireRefusal(left, wireOf(connection)) === undefined ? addWire(left, wireOf(connection)) : document;
      });

    const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { fromHandle, fromNode, toNode, toHandle, isValid } = state;
      if (isValid === true || fromHandle === null || fromNode === null) return;
      const isOutput = fromHandle.type === "source";
      const from = { node: fromNode.id, port: fromHandle.id ?? (isOutput ? "out" : "in") };
      if (toNode !== null && toHandle !== null) {
        const why = isOutput
          ? refusal({
              source: from.node,
              sourceHandle: from.port,
              target: toNode.id,
              targetHandle: toHandle.id ?? "in",
            })
          : refusal({
              source: toNode.id,
              sourceHandle: toHandle.id ?? "out",
              target: from.node,
              targetHandle: from.port,
            });
        if (why !== undefined && why !== "self")
          notifications.show({ message: t(`wire.refused.${why}`), color: "yellow" });
        return;
      }
      if (toNode !== null) return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (point === undefined) return;
      const screen = { x: point.clientX, y: point.clientY };
      const end: LooseEnd = isOutput
        ? { kind: "output", node: from.node, port: from.port }
        : { kind: "input", node: from.node, input: from.port };
      view.show({ kind: "add", screen, at: flow.screenToFlowPosition(screen), end });
    };
    return { isValidConnection, onConnect, onReconnect, onConnectEnd };
  }, [documents, view, flow, t]);
}
