/** The flow as a picture: React Flow shows what the document says and turns what hands do into edits of it. */
import { Background, BackgroundVariant, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type MouseEvent, type PointerEvent, useRef } from "react";
import type { FlowDocument } from "../../server/api/contract.ts";
import { NewerNotice } from "../deploy/NewerNotice.tsx";
import { useT } from "../i18n/messages.ts";
import { dragFormat } from "../palette/Palette.tsx";
import { cardHeightPx, cardWidthPx } from "../state/card-geometry.ts";
import { useDocuments, useEditor, useTrace } from "../state/editor.ts";
import type { Place } from "../state/edits.ts";
import { gridPx } from "../state/new-node.ts";
import { categoryOf } from "../state/wiring.ts";
import { listenerFor, subjectDragFormat } from "../subjects/listener.ts";
import { addAt } from "./add-node.ts";
import { CanvasControls } from "./CanvasControls.tsx";
import { DetailContext, useLevel } from "./detail.ts";
import type { DrawnNode, DrawnWire } from "./drawn.ts";
import { EmptyCanvas } from "./EmptyCanvas.tsx";
import { GroupBox } from "./GroupBox.tsx";
import { NodeCard } from "./NodeCard.tsx";
import { NoteBox } from "./NoteBox.tsx";
import { PaintedFlow } from "./PaintedFlow.tsx";
import { useCanvasHandle } from "./use-canvas-handle.ts";
import { useConnecting } from "./use-connecting.ts";
import { useDrawing } from "./use-drawing.ts";
import { useMoving, wireUnder } from "./use-moving.ts";
import { WireEdge } from "./WireEdge.tsx";
import "@xyflow/react/dist/base.css";
import "./canvas.css";

const nodeTypes = { card: NodeCard, note: NoteBox, group: GroupBox };
const edgeTypes = { wire: WireEdge };
const snapGrid: [number, number] = [gridPx, gridPx];
const fitOptions = { padding: 0.08, maxZoom: 1 };
const noWires: DrawnWire[] = [];
/** Smaller flows are their own overview. */
const overviewFrom = 14;

export function Canvas() {
  const current = useDocuments((state) => state.current);
  const document = useDocuments((state) =>
    state.current === undefined ? undefined : state.flows[state.current]?.history.present,
  );
  if (current === undefined || document === undefined) return <EmptyCanvas />;
  return (
    // A flow of its own, so that each tab keeps its measures and begins where everything is in view.
    <ReactFlowProvider key={current} fitView initialFitViewOptions={fitOptions}>
      <FlowCanvas document={document} />
    </ReactFlowProvider>
  );
}

function FlowCanvas({ document }: { document: FlowDocument }) {
  const t = useT();
  const editor = useEditor();
  const flow = useReactFlow();
  useCanvasHandle();
  const { nodes, edges, onNodesChange, onEdgesChange } = useDrawing(document);
  const moving = useMoving();
  const connecting = useConnecting();
  const root = useRef<HTMLElement>(null);
  const isTracing = useTrace((trace) => trace !== undefined);
  const detail = useLevel(document.nodes.length);
  const { level, awake } = detail;
  const isPainted = level === "painted";

  const quickAdd = (event: Pick<MouseEvent, "clientX" | "clientY">) => {
    const screen = { x: event.clientX, y: event.clientY };
    editor.view.show({ kind: "add", screen, at: flow.screenToFlowPosition(screen) });
  };

  /** On a picture, only what is pointed at is there to take hold of. */
  const wake = (event: PointerEvent) => {
    if (!isPainted || event.buttons !== 0) return;
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    awake.setState(cardAt(nodes, at), true);
  };

  return (
    <section
      ref={root}
      className={["canvas", level !== "near" && "canvas--far", isTracing && "canvas--tracing"]
        .filter(Boolean)
        .join(" ")}
      aria-label={t("canvas.label")}
      onPointerMove={wake}
      onFocus={({ target }) => {
        if (isPainted) awake.setState(target.getAttribute("data-id") ?? undefined, true);
      }}
      onMouseDown={(event) => {
        // Shift draws a lasso here; elsewhere it would go on marking text.
        if (event.shiftKey) event.preventDefault();
      }}
      onDoubleClick={(event) => {
        if ((event.target as Element).classList.contains("react-flow__pane")) quickAdd(event);
      }}
      onDragOver={(event) => {
        const { types } = event.dataTransfer;
        if (!types.includes(dragFormat) && !types.includes(subjectDragFormat)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        if (types.includes(dragFormat)) moving.mark(wireUnder({ x: event.clientX, y: event.clientY }, document));
      }}
      onDragLeave={() => moving.mark(undefined)}
      onDrop={(event) => {
        const subject = event.dataTransfer.getData(subjectDragFormat) || undefined;
        const description =
          subject === undefined
            ? editor.types.get(event.dataTransfer.getData(dragFormat))
            : listenerFor(editor.types, subject);
        if (description === undefined) return;
        event.preventDefault();
        const pointer = { x: event.clientX, y: event.clientY };
        const at = flow.screenToFlowPosition(pointer);
        const into = subject === undefined ? wireUnder(pointer, document) : undefined;
        addAt(editor, description, { x: at.x - cardWidthPx / 2, y: at.y - cardHeightPx / 2 }, { into, subject });
        moving.mark(undefined);
      }}
    >
      <DetailContext value={detail}>
        <ReactFlow
          nodes={nodes}
          edges={isPainted ? noWires : edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          {...moving.handlers}
          onMoveStart={() => root.current?.classList.add("canvas--moving")}
          onMoveEnd={() => root.current?.classList.remove("canvas--moving")}
          {...connecting}
          onPaneClick={(event) => (event.ctrlKey || event.metaKey) && quickAdd(event)}
          snapToGrid
          snapGrid={snapGrid}
          connectionRadius={32}
          minZoom={0.05}
          maxZoom={2}
          fitView
          fitViewOptions={fitOptions}
          deleteKeyCode={null}
          disableKeyboardA11y
          zoomOnDoubleClick={false}
          elevateNodesOnSelect={false}
          onlyRenderVisibleElements
          attributionPosition="bottom-center"
          nodeDragThreshold={2}
          selectNodesOnDrag
        >
          {level === "near" && (
            <Background variant={BackgroundVariant.Dots} gap={gridPx} size={1.4} color="var(--canvas-dot)" />
          )}
          {document.nodes.length > overviewFrom && (
            <MiniMap
              pannable
              zoomable
              ariaLabel={t("canvas.minimap")}
              nodeClassName={minimapClass}
              nodeBorderRadius={6}
            />
          )}
          {isPainted && <PaintedFlow flow={document.id} nodes={nodes} wires={edges} />}
          <CanvasControls />
        </ReactFlow>
      </DetailContext>
      {document.nodes.length === 0 && <EmptyCanvas isFlow />}
      <NewerNotice />
    </section>
  );
}

function cardAt(nodes: readonly DrawnNode[], { x, y }: Place): string | undefined {
  return nodes.findLast(
    ({ type, position, measured }) =>
      type === "card" &&
      x >= position.x &&
      y >= position.y &&
      x <= position.x + (measured?.width ?? 0) &&
      y <= position.y + (measured?.height ?? 0),
  )?.id;
}

function minimapClass(node: DrawnNode): string {
  return node.type === "card" ? `minimap--${categoryOf(node.data.node.type) ?? "unknown"}` : `minimap--${node.type}`;
}
