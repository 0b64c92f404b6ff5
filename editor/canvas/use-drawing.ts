/** Keeps what React Flow shows in step with the document, and what is selected in step with React Flow. */
import {
  applyNodeChanges,
  type EdgeChange,
  type NodeChange,
  type OnEdgesChange,
  type OnNodesChange,
} from "@xyflow/react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { FlowDocument } from "../../server/api/contract.ts";
import { useDocuments, useEditor } from "../state/editor.ts";
import type { Parts } from "../state/edits.ts";
import { type DrawnNode, type DrawnWire, drawNodes, drawWires } from "./drawn.ts";

export function useDrawing(document: FlowDocument) {
  const { documents, types } = useEditor();
  const base = useDocuments(({ flows }) => flows[document.id]?.base?.document);
  const selection = useDocuments((state) => state.selection);
  const [nodes, setNodes] = useState<DrawnNode[]>(() => drawNodes(document, base, types, selection, []));
  useLayoutEffect(
    () => setNodes((before) => drawNodes(document, base, types, selection, before)),
    [document, base, types, selection],
  );
  const lastWires = useRef<readonly DrawnWire[]>([]);
  const edges = useMemo(() => {
    const next = drawWires(document, selection, lastWires.current);
    lastWires.current = next;
    return next;
  }, [document, selection]);

  const onNodesChange: OnNodesChange<DrawnNode> = useCallback(
    (changes) => {
      const chosen = changes.filter((change) => change.type === "select");
      if (chosen.length > 0) {
        const { nodes: drawn } = documents.getState().flows[document.id]?.history.present ?? { nodes: [] };
        const isNode = new Set(drawn.map(({ id }) => id));
        documents.select(withNodes(documents.getState().selection, chosen, isNode));
      }
      const seen = changes.filter(({ type }) => type === "position" || type === "dimensions");
      if (seen.length > 0) setNodes((before) => carryMembers(before, applyNodeChanges(seen, before)));
    },
    [documents, document.id],
  );
  const onEdgesChange: OnEdgesChange<DrawnWire> = useCallback(
    (changes) => {
      const chosen = changes.filter((change) => change.type === "select");
      if (chosen.length === 0) return;
      const selected = documents.getState().selection;
      documents.select({ ...selected, wires: changed(selected.wires, chosen) });
    },
    [documents],
  );
  return { nodes, edges, onNodesChange, onEdgesChange };
}

type Selecting = Extract<NodeChange | EdgeChange, { type: "select" }>;

function withNodes(selection: Parts, changes: readonly Selecting[], isNode: ReadonlySet<string>): Parts {
  return {
    ...selection,
    nodes: changed(
      selection.nodes,
      changes.filter(({ id }) => isNode.has(id)),
    ),
    boxes: changed(
      selection.boxes,
      changes.filter(({ id }) => !isNode.has(id)),
    ),
  };
}

function changed(ids: ReadonlySet<string>, changes: readonly Selecting[]): ReadonlySet<string> {
  if (changes.length === 0) return ids;
  const next = new Set(ids);
  for (const { id, selected } of changes) {
    if (selected) next.add(id);
    else next.delete(id);
  }
  return next;
}

/** The cards of a group that was moved go with it, unless they are being moved themselves. */
function carryMembers(before: readonly DrawnNode[], after: DrawnNode[]): DrawnNode[] {
  const shifts = new Map<string, { readonly x: number; readonly y: number }>();
  for (const [index, node] of after.entries()) {
    const was = before[index];
    if (node.type !== "group" || was === undefined || was.position === node.position || node.dragging !== true)
      continue;
    const shift = { x: node.position.x - was.position.x, y: node.position.y - was.position.y };
    for (const id of node.data.group.nodes) shifts.set(id, shift);
  }
  if (shifts.size === 0) return after;
  return after.map((node) => {
    const shift = shifts.get(node.id);
    if (shift === undefined || node.selected === true) return node;
    return { ...node, position: { x: node.position.x + shift.x, y: node.position.y + shift.y } };
  });
}
