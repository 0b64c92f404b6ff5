/** The problems of one flow, collected while it is compiled. */
import type { Problem } from "../../flows/format/problem.ts";

type Where = Pick<Problem, "node" | "path">;

export class ProblemList {
  readonly all: Problem[] = [];
  readonly #flow: string;

  constructor(flow: string) {
    this.#flow = flow;
  }

  error(code: string, where: Where, message: string): void {
    this.add("error", code, where, message);
  }
  warning(code: string, where: Where, message: string): void {
    this.add("warning", code, where, message);
  }
  add(severity: Problem["severity"], code: string, where: Where, message: string): void {
    this.all.push({ code, severity, flow: this.#flow, ...where, message });
  }
  hasErrors(): boolean {
    return this.all.some(({ severity }) => severity === "error");
  }
}
