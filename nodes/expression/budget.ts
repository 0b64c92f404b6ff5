import { MessageError } from "../contract/errors.ts";

/** Far more than sensible conditions need, far less than what would hold up other flows: a few milliseconds. */
const stepsPerEvaluation = 100_000;
export const longestText = 65_536;

/** Bounds what one evaluation may do, however long the lists of a point and however deep the macros. */
export class Budget {
  #left = stepsPerEvaluation;

  reset(): void {
    this.#left = stepsPerEvaluation;
  }
  /** Throws `MessageError` `expression_limit` when the evaluation has done too much. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0)
      throw new MessageError(
        "expression_limit",
        `the expression needs more than ${stepsPerEvaluation} steps for this point; use shorter lists or fewer nested macros`,
      );
  }
  /** Spends a step for everything inside a value, and for every 32 characters of its texts. */
  walk(value: unknown): void {
    if (typeof value === "string") this.spend(value.length >> 5);
    if (typeof value !== "object" || value === null) return;
    const inside: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    this.spend(inside.length + 1);
    for (const item of inside) this.walk(item);
  }
  /** The text itself. Throws `MessageError` `expression_limit` when it is too long. */
  text(text: string): string {
    if (text.length <= longestText) return text;
    throw new MessageError("expression_limit", `the expression makes a text of more than ${longestText} characters`);
  }
}
