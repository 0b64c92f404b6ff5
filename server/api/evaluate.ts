/** Tries an expression or a template on messages that have just passed, for somebody who is writing it. */
import { MessageError } from "../../nodes/contract/errors.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import { compileExpression } from "../../nodes/expression/expression.ts";
import { ExpressionError } from "../../nodes/expression/expression-error.ts";
import { compileTemplate } from "../../nodes/expression/template.ts";
import type { EvaluateAnswer, EvaluateRequest } from "./contract.ts";

const textLimit = 200;

type Run = (point: Point) => unknown;

/** On the latest message of each series. What is no point is left out: expressions are about points. */
export function evaluate(
  { source, kind, variables }: Omit<EvaluateRequest, "places">,
  messages: readonly (Point | Raw)[],
): EvaluateAnswer {
  const points = latestOfSeries(messages.filter((message): message is Point => "key" in message));
  const tags = [...new Set(points.flatMap((point) => Object.keys(point.tags)))].sort();
  try {
    const run = kind === "template" ? templateRun(source, variables) : expressionRun(source, variables);
    return { ok: true, results: points.map((point) => ({ ...seriesOf(point), ...resultOf(run, point) })), tags };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { ok: false, message: error.message, position: error.position, tags };
  }
}

function expressionRun(source: string, variables: readonly string[]): Run {
  const compiled = compileExpression(source, variables);
  return (point) => compiled.evaluate(point);
}

function templateRun(source: string, variables: readonly string[]): Run {
  const compiled = compileTemplate(source, variables);
  return (point) => compiled.render(point);
}

function resultOf(run: Run, point: Point): { readonly result: string } | { readonly error: string } {
  try {
    return { result: shown(run(point)) };
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return { error: error.message };
  }
}

function seriesOf({ device_id, key, value }: Point) {
  return { device: device_id, key, value: shown(value) };
}

function latestOfSeries(points: readonly Point[]): readonly Point[] {
  const latest = new Map<string, Point>();
  for (const point of points) {
    const series = JSON.stringify([point.device_id, point.key]);
    const before = latest.get(series);
    if (before === undefined || before.timestamp <= point.timestamp) latest.set(series, point);
  }
  return [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, point]) => point);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > textLimit ? `${text.slice(0, textLimit)}…` : text;
}
