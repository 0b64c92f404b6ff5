import { defineOperator } from "../../contract/operator.ts";
import { checkWords, judgeOf } from "./checks.ts";
import { DryRun } from "./dry-run.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { settings } from "./settings.ts";
import { verdicts } from "./verdict.ts";

export default defineOperator({
  type: "plugin.validate",
  title: "Validate",
  summary: "Turns away points that are not as they should be",
  help,
  icon: "shield-check",
  keywords: [
    "check",
    "schema",
    "json schema",
    "range",
    "quality",
    "required",
    "enum",
    "fresh",
    "quarantine",
    "invalid",
  ],
  accepts: "point",
  outputs: [
    { name: "out", title: "Valid" },
    { name: "invalid", title: "Invalid", rejects: true },
  ],
  config: settings,
  examples,
  line({ checks, match, onInvalid }) {
    const words = checks.map(checkWords).join(match === "all" ? ", " : " or ");
    return onInvalid === "count" ? `dry run: ${words}` : words;
  },
  create({ checks, match, onInvalid, reportEvery }, { clock, emit, report }) {
    const judge = verdicts(
      checks.map((check) => judgeOf(check, clock)),
      match,
    );
    if (onInvalid === "reject")
      return {
        process(point) {
          const { reason } = judge(point);
          emit(point, reason === undefined ? undefined : { port: "invalid", reason });
        },
      };
    const dryRun = new DryRun(clock, reportEvery, report);
    return {
      process(point) {
        dryRun.count(judge(point));
        emit(point);
      },
      close: () => dryRun.close(),
    };
  },
});
