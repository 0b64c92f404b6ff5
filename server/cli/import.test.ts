import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { boilerRoom } from "../../flows/import/samples.ts";
import { loadSettings } from "../settings/load.ts";
import { runImport } from "./import.ts";
import { runValidate } from "./validate.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-import-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(text: string | undefined, isJson = false) {
  const path = join(folder, "flows.json");
  if (text !== undefined) writeFileSync(path, text);
  let printed = "";
  const outFolder = join(folder, "out");
  const exitCode = runImport({ names: [path], isJson, outFolder }, { flows_dir: folder }, (more) => {
    printed += more;
  });
  return { exitCode, printed, outFolder };
}

test("what is imported can be deployed as it is: the compiler finds no error in it", async () => {
  const { exitCode, printed, outFolder } = run(JSON.stringify(boilerRoom));
  expect(exitCode).toBe(1);
  expect(readdirSync(outFolder).sort()).toEqual(["boiler-room.flow.json", "second-line.flow.json"]);
  expect(printed).toContain("BY HAND       boiler-room / to Fahrenheit (function)");
  const { settings } = loadSettings({ workingDir: folder, environment: {}, assignments: [] });
  let problems = "";
  const code = await runValidate([outFolder], settings, false, (more) => {
    problems += more;
  });
  expect(problems).toContain("2 flow(s): 0 error(s)");
  expect(code).toBe(0);
});

test("a file that is there is never written over", () => {
  run(JSON.stringify(boilerRoom));
  const kept = join(folder, "out", "boiler-room.flow.json");
  writeFileSync(kept, "mine");
  const { exitCode, printed } = run(JSON.stringify(boilerRoom), true);
  expect(exitCode).toBe(2);
  expect(JSON.parse(printed)).toMatchObject({ ok: false, message: expect.stringContaining("there already") });
  expect(readFileSync(kept, "utf8")).toBe("mine");
});

test("everything carried over is exit code 0; control characters of names do not reach the terminal", () => {
  const { exitCode, printed } = run(
    JSON.stringify([
      { id: "t", type: "tab", label: "A" },
      { id: "n", z: "t", type: "debug", name: "x\u001b[31m", x: 1, y: 2 },
    ]),
  );
  expect(exitCode).toBe(0);
  expect(printed).not.toContain("\u001b");
});

test.each([
  [undefined, "cannot be read"],
  ["[{", "is not JSON at line 1, column"],
])("what cannot be read writes nothing: %s", (text, words) => {
  const { exitCode, printed, outFolder } = run(text);
  expect(exitCode).toBe(2);
  expect(printed).toContain(words);
  expect(existsSync(outFolder)).toBe(false);
});
