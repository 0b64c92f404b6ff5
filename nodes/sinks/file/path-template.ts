/** Paths with expressions in them, which cannot lead anywhere else than the template says. Pure. */
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import { splitTemplate } from "../../expression/split-template.ts";
import { compileTemplate } from "../../expression/template.ts";
import { timestampMs } from "../../points/timestamp.ts";
import { pathProblem } from "./safe-path.ts";

/** Names a path can use besides those of the point: `2026-01-31` and `09`, both UTC, of the point's time. */
export const pathVariables = ["date", "hour"] as const;

/** Why a template is none, with the remedy; `undefined` when it is one. Throws `ExpressionError` as `compileTemplate`. */
export function pathTemplateProblem(template: string): string | undefined {
  compileTemplate(template, pathVariables);
  return pathProblem(
    splitTemplate(template, "/")
      .map((segment) => constantOf(segment) ?? "x")
      .join("/"),
  );
}

/**
 * The function makes the path of a point. In what comes from the point everything that could lead out of its folder or
 * file name becomes `%XX`. Throws `MessageError` when the point lacks what is needed.
 */
export function pathMaker(template: string): (point: Point) => string {
  const names = splitTemplate(template, "/").map((segment) => ({
    fixed: constantOf(segment),
    template: compileTemplate(segment, pathVariables),
  }));
  if (names.every(({ fixed }) => fixed !== undefined)) {
    const path = names.map(({ fixed }) => fixed).join("/");
    return () => path;
  }
  const usesTime = /\b(date|hour)\b/.test(template);
  return (point) => {
    const time = usesTime ? new Date(timestampMs(point)).toISOString() : "";
    const variables = { date: time.slice(0, 10), hour: time.slice(11, 13) };
    const path = names.map(({ fixed, template }) => fixed ?? fileName(template.render(point, variables))).join("/");
    const problem = pathProblem(path);
    if (problem !== undefined) throw new MessageError("bad_path", `"${path}": ${problem}`);
    return path;
  };
}

function constantOf(segment: string): string | undefined {
  return compileTemplate(segment, pathVariables).constant;
}

/** Longer names are refused by most file systems. */
const maxNameBytes = 200;

function fileName(text: string): string {
  const safe = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
    .replace(/[\u0000-\u001f\u007f/\\:*?"<>|%]/g, percent)
    .replace(/^[.\s]|[.\s]$/g, percent);
  if (Buffer.byteLength(safe) > maxNameBytes)
    throw new MessageError("bad_path", `a name of the path is longer than ${maxNameBytes} bytes`);
  return safe;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
