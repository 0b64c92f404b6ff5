/** Subjects with expressions in them: each part between dots is a template of its own. Pure. */
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import { splitTemplate } from "../../expression/split-template.ts";
import { compileTemplate } from "../../expression/template.ts";

/** What the template can become, with `*` for each part that holds an expression: `plant.*.*`. */
export function subjectPattern(template: string): string {
  return splitTemplate(template, ".")
    .map((part) => compileTemplate(part).constant ?? "*")
    .join(".");
}

/** Why nothing can be published on such subjects, with the remedy; `undefined` when it can. */
export function subjectTemplateProblem(template: string): string | undefined {
  const [first = "", ...more] = splitTemplate(template, ".").map((part) => compileTemplate(part).constant);
  if (first === "") return "begin with a fixed word, such as archive";
  const fixed = [first, ...more].filter((part) => part !== undefined);
  if (fixed.includes("")) return "there is an empty part: two dots in a row, or one at an end";
  if (fixed.some((part) => /[\s\p{Cc}*>]/u.test(part)))
    return "a part cannot hold spaces or wildcards; write what comes from the message as an expression";
  if (/^[$_]/.test(first)) return "subjects that begin with $ or _ belong to the NATS server and its clients";
  if (first === "sluice") return "subjects that begin with sluice. belong to the gateway";
  return undefined;
}

/**
 * The function makes the subject of a point. What comes from the point cannot leave its part: all but letters, digits,
 * `-` and `_` becomes `%XX`. Throws `MessageError` when the point lacks what is needed.
 */
export function subjectMaker(template: string): (point: Point) => string {
  const tokens = splitTemplate(template, ".").map((part) => compileTemplate(part));
  return (point) => tokens.map((token) => token.constant ?? encode(token.render(point))).join(".");
}

function encode(text: string): string {
  if (text === "") throw new MessageError("bad_subject", "a part of the subject is empty");
  return text.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}
