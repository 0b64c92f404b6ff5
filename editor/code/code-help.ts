/** What code fields ask the gateway, for one node. Without it they are plain text. */
import type { EvaluateAnswer, ExpressionDescription, FlowDocument, MessagePlace } from "../../server/api/contract.ts";
import { request } from "../gateway/request.ts";
import { portOf } from "../state/wiring.ts";

export interface CodeHelp {
  describe(): Promise<ExpressionDescription>;
  /** `names`: all that may stand in it, those of the point included. Rejects when the signal is aborted. */
  evaluate(
    source: string,
    kind: "expression" | "template",
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<EvaluateAnswer>;
}

let described: Promise<ExpressionDescription> | undefined;

export function createCodeHelp(places: readonly MessagePlace[]): CodeHelp {
  return {
    describe() {
      described ??= request("GET /api/expressions").catch((error: Error) => {
        described = undefined;
        throw error;
      });
      return described;
    },
    async evaluate(source, kind, names, signal) {
      const { names: known } = await this.describe();
      const variables = names.filter((name) => !known.some((each) => each.name === name));
      return request("POST /api/evaluate", { body: { source, kind, variables, places }, signal });
    },
  };
}

/** What the node gets: as it runs, or, when it is not deployed yet, what leaves the nodes it is wired to. */
export function placesOf({ id: flow, wires }: FlowDocument, node: string): readonly MessagePlace[] {
  const upstream = wires.filter((wire) => wire.to === node && portOf(wire) !== "failed").map(({ from }) => from);
  return [
    { flow, node, side: "in" },
    // A conversion that the compiler put in between is named after its adapter.
    ...upstream.flatMap((from): MessagePlace[] => [
      { flow, node: `${from}~convert`, side: "out" },
      { flow, node: from, side: "out" },
    ]),
  ];
}
