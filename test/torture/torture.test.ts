import { expect, test } from "vitest";
import { run } from "./run.ts";

test("F1 F2 F3 F5 F18 F19 R160 nothing acknowledged is lost, whatever is killed; the long form is npm run torture", async () => {
  const lines: string[] = [];
  const seed = 3;
  const { verdicts, happened, broken } = await run({
    seed,
    seconds: 10,
    faults: ["kill nats", "target refuses", "kill both", "kill during deploy", "deploy"],
    pauseMs: 1_500,
    perSecond: 500,
    say: (line) => lines.push(line),
  });
  expect(broken, `seed ${seed}\n${lines.join("\n")}`).toEqual([]);
  expect(Object.keys(happened).length).toBeGreaterThan(0);
  expect(verdicts["file"]?.acknowledged).toBeGreaterThan(100);
}, 240_000);
