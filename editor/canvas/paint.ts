/** A flow as a picture, for where its cards are too small and too many to be elements of the page. */
import { cardHeightPx, cardWidthPx } from "../state/card-geometry.ts";
import { categoryOf } from "../state/wiring.ts";
import type { CardNode, DrawnNode, DrawnWire } from "./drawn.ts";

const colours = [
  ...["card", "text", "text-faint", "accent", "bad", "warn-mark", "changed"],
  ...["adapter", "plugin", "rule", "sink", "unknown"],
  ...["raw", "point", "result"],
];
/** Colours by the names that `theme.css` gives them, and `font`. */
export type Look = Readonly<Record<string, string>>;

export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const found = colours.map((name) => [name, style.getPropertyValue(`--${name}`).trim()] as const);
  return { ...Object.fromEntries(found), font: style.fontFamily };
}

export interface Picture {
  readonly cards: readonly CardNode[];
  /** By the colour they have, in the coordinates of the canvas. */
  readonly wires: ReadonlyMap<string, Path2D>;
  readonly marks: Marks;
}

/** By id of the node. */
export interface Marks {
  /** What cannot run, or has lost its peer. */
  readonly faulty: ReadonlySet<string>;
  readonly highlighted: string | undefined;
  /** Where the followed message passed; all others step back. */
  readonly traced: ReadonlySet<string> | undefined;
}

/** Smaller names cannot be read. */
const nameFromZoom = 0.2;
const namePx = 24;
const stripPx = 14;
const nameLetters = 13;

/** Wires go from the right side of one card to the left side of the next, at half height. */
export function wirePaths(nodes: readonly DrawnNode[], wires: readonly DrawnWire[]): Map<string, Path2D> {
  const cards = new Map(nodes.map((node) => [node.id, node]));
  const paths = new Map<string, Path2D>();
  for (const { source, target, data, selected } of wires) {
    const from = cards.get(source);
    const to = cards.get(target);
    if (from === undefined || to === undefined) continue;
    const carries = data?.port === "failed" ? "bad" : (data?.carries ?? "text-faint");
    const colour = selected === true ? "accent" : carries;
    const path = paths.get(colour) ?? new Path2D();
    paths.set(colour, path);
    const [x1, y1] = [from.position.x + widthOf(from), from.position.y + heightOf(from) / 2];
    const [x2, y2] = [to.position.x, to.position.y + heightOf(to) / 2];
    const bend = Math.max(40, Math.abs(x2 - x1) / 2);
    path.moveTo(x1, y1);
    path.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  }
  return paths;
}

/** `transform` is React Flow's: where the canvas begins on the screen, and its zoom. */
export function paint(
  context: CanvasRenderingContext2D,
  { cards, wires, marks }: Picture,
  look: Look,
  [left, top, zoom]: readonly [number, number, number],
): void {
  const pixels = window.devicePixelRatio;
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(zoom * pixels, 0, 0, zoom * pixels, left * pixels, top * pixels);
  context.lineWidth = Math.max(1.75, 0.9 / zoom);
  for (const [colour, path] of wires) {
    context.globalAlpha = marks.traced === undefined ? 0.7 : 0.25;
    context.strokeStyle = look[colour] ?? "";
    context.stroke(path);
  }
  const seen = {
    left: -left / zoom,
    top: -top / zoom,
    right: (width / pixels - left) / zoom,
    bottom: (height / pixels - top) / zoom,
  };
  context.font = `600 ${namePx}px ${look["font"] ?? ""}`;
  context.textBaseline = "middle";
  for (const card of cards) {
    const { x, y } = card.position;
    if (x > seen.right || y > seen.bottom || x + widthOf(card) < seen.left || y + heightOf(card) < seen.top) continue;
    paintCard(context, card, marks, look, zoom);
  }
}

function paintCard(context: CanvasRenderingContext2D, card: CardNode, marks: Marks, look: Look, zoom: number): void {
  const { x, y } = card.position;
  const [width, height] = [widthOf(card), heightOf(card)];
  const { node, changed } = card.data;
  const isBack = node.disabled === true || marks.traced?.has(card.id) === false;
  context.globalAlpha = 1;
  context.fillStyle = look["card"] ?? "";
  context.fillRect(x, y, width, height);
  context.globalAlpha = isBack ? 0.1 : 0.28;
  context.fillStyle = look[categoryOf(node.type) ?? "unknown"] ?? "";
  context.fillRect(x, y, width, height);
  context.globalAlpha = isBack ? 0.4 : 1;
  context.fillRect(x, y, stripPx, height);
  const rim = rimOf(card, marks);
  if (rim !== undefined) {
    context.lineWidth = Math.max(4, 2 / zoom);
    context.strokeStyle = look[rim] ?? "";
    context.strokeRect(x, y, width, height);
  }
  if (changed) {
    context.fillStyle = look["changed"] ?? "";
    context.fillRect(x + width - 32, y + 12, 20, 20);
  }
  if (zoom < nameFromZoom) return;
  context.fillStyle = look["text"] ?? "";
  context.fillText(shortened(card.ariaLabel ?? ""), x + stripPx + 14, y + height / 2);
}

/** Clipping each name would cost more than all the rest. */
function shortened(name: string): string {
  return name.length <= nameLetters ? name : `${name.slice(0, nameLetters - 1)}…`;
}

function rimOf({ id, selected }: CardNode, { faulty, highlighted, traced }: Marks): string | undefined {
  if (selected === true || traced?.has(id) === true) return "accent";
  if (highlighted === id) return "warn-mark";
  return faulty.has(id) ? "bad" : undefined;
}

function widthOf({ measured }: DrawnNode): number {
  return measured?.width ?? cardWidthPx;
}
function heightOf({ measured }: DrawnNode): number {
  return measured?.height ?? cardHeightPx;
}
