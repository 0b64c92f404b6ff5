import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { examplesFolder } from "../product.ts";
import { loadSettings } from "../settings/load.ts";
import { runTests } from "./test.ts";

const { settings } = loadSettings({ workingDir: tmpdir(), environment: {}, assignments: [] });

const hot = { id: "hot", type: "rule.filter", config: { mode: "expression", expression: "value > 80" } };

function folderWith(testText: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
  writeFileSync(join(folder, "f.flow.json"), JSON.stringify({ format: 1, id: "f", nodes: [hot] }));
  writeFileSync(join(folder, "f.test.yaml"), testText);
  return folder;
}

async function run(names: readonly string[], junitFile?: string) {
  let text = "";
  const exitCode = await runTests(names, settings, junitFile, (more) => {
    text += more;
  });
  return { exitCode, text };
}

test("the examples do what their tests say", { timeout: 60_000 }, async () => {
  expect(await run([examplesFolder])).toMatchObject({ exitCode: 0, text: expect.not.stringContaining("FAIL") });
});

test("a test that fails says where, what was expected and what came; CI gets the same", {
  timeout: 60_000,
}, async () => {
  const folder = folderWith(`tests:
  - name: hot & cold
    steps:
      - in: { node: hot, point: { device_id: d1, key: t, value: 90 } }
        expect:
          - { node: hot, messages: [{ value: 91 }] }
      - at: 1s
        in: { node: hot, point: { value: 1 } }
`);
  const junit = join(folder, "junit.xml");
  const { exitCode, text } = await run([folder], junit);
  expect(exitCode).toBe(1);
  expect(text).toContain("f.test.yaml:4: at 0 s: hot, out: expected 1 message(s), got 1");
  expect(text).toContain("message 1, value: expected 91, got 90");
  expect(text).toContain("f.test.yaml:7: at 1 s: errors: expected 0, got 1");
  expect(text).toContain("1 test(s): 0 passed, 1 failed");
  const xml = readFileSync(junit, "utf8");
  expect(xml).toContain('tests="1" failures="1"');
  expect(xml).toContain('name="hot &amp; cold"');
});

test("a message to a node that is not there fails with the line of its step", { timeout: 60_000 }, async () => {
  const folder = folderWith("tests:\n  - name: n\n    steps:\n      - in: { node: hto, point: {} }\n");
  const { exitCode, text } = await run([join(folder, "f.test.yaml")]);
  expect(exitCode).toBe(1);
  expect(text).toContain('f.test.yaml:4: there is no node "hto" that runs');
});

test.each([
  ["tests:\n  - name: n\n    stepz: []\n", /f\.test\.yaml:3: tests\.0\.stepz is not a field of a test/],
  ["tests:\n  - name: n\n    steps:\n      - at: soon\n", /f\.test\.yaml:4: tests\.0\.steps\.0\.at: "soon" is no time/],
  [
    "tests:\n  - name: n\n    steps:\n      - in: { node: hot, point: 1, rav: 2 }\n",
    /:4: tests\.0\.steps\.0\.in\.rav is not a field/,
  ],
  ["tests: [\n", /f\.test\.yaml:\d/],
  ["flow: g.flow.json\ntests: [{ name: n, steps: [{}] }]\n", /there is no flow .*g\.flow\.json/],
])("a file that is no test is refused with its line: %j", async (text, message) => {
  await expect(run([folderWith(text)])).rejects.toThrow(message);
});
