/** How large a card is and where its ports are, known before it is drawn: what is out of sight is never measured. Pure. */
import type { FlowNode, NodeDescription, Port } from "../../server/api/contract.ts";
import { outputsOf } from "./ports.ts";

export const cardWidthPx = 220;
/** Of a card with few ports. */
export const cardHeightPx = 80;

/** So many ports fit beside a card; with more it grows. */
const portsOnCard = 5;
const portPx = 15;
const borderPx = 1;
const dotPx = 12;
const failedDotPx = 9;

export interface CardShape {
  readonly width: number;
  readonly height: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly PlacedPort[];
}
export interface PlacedPort extends Port {
  /** Of its middle, from the upper edge inside of the border: what `top` means in the card. */
  readonly y: number;
  /** The one of faults sits in the corner and shows itself only when it is needed. */
  readonly isFailed: boolean;
}

const unknown = { inputs: [{ name: "in", title: "" }], outputs: [{ name: "out", title: "" }] };

/** A node of a type that is not known is drawn with one port on each side. */
export function cardShape(description: NodeDescription | undefined, config: FlowNode["config"]): CardShape {
  const outputs = description === undefined ? unknown.outputs : outputsOf(description, config);
  const regular = outputs.filter(({ name }) => name !== "failed");
  const height = regular.length > portsOnCard ? (regular.length + 1) * portPx : cardHeightPx;
  const inner = height - 2 * borderPx;
  return {
    width: cardWidthPx,
    height,
    inputs: (description ?? unknown).inputs,
    outputs: outputs.map((port) => {
      const at = regular.indexOf(port);
      return at === -1
        ? { ...port, y: inner + borderPx - failedDotPx, isFailed: true }
        : { ...port, y: ((at + 1) / (regular.length + 1)) * inner, isFailed: false };
    }),
  };
}

export interface PortBox {
  readonly id: string;
  readonly type: "source" | "target";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The dots of the ports: half outside of the card, so that a wire ends at its rim. */
export function portBoxes({ width, height, inputs, outputs }: CardShape): readonly PortBox[] {
  const box = (id: string, type: PortBox["type"], x: number, y: number, size: number): PortBox => ({
    id,
    type,
    x: x - size / 2,
    y: y - size / 2,
    width: size,
    height: size,
  });
  return [
    ...inputs.map(({ name }) => box(name, "target", borderPx, height / 2, dotPx)),
    ...outputs.map(({ name, y, isFailed }) =>
      box(name, "source", width - borderPx, borderPx + y, isFailed ? failedDotPx : dotPx),
    ),
  ];
}
