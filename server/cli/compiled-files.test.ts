import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadSettings } from "../settings/load.ts";
import { runExplain } from "./explain.ts";
import { runValidate } from "./validate.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(id: string, content: object | string): string {
  const path = join(folder, `${id}.flow.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify({ format: 1, id, ...content }));
  return path;
}
const alarm = (condition: string) => ({
  nodes: [
    { id: "in", type: "adapter.mock", config: { devices: [{ deviceId: "d1" }], signals: [{ key: "temperature" }] } },
    { id: "hot", type: "rule.alert", name: "Too hot", config: { condition } },
    { id: "print", type: "sink.console", config: {} },
  ],
  wires: [
    { from: "in", to: "hot" },
    { from: "hot", to: "print" },
    { from: "hot", port: "cleared", to: "print" },
  ],
});
function settings() {
  return loadSettings({ workingDir: folder, environment: {}, assignments: [`flows_dir=${folder}`] }).settings;
}
async function run(command: "validate" | "explain", names: string[], isJson = false) {
  let text = "";
  const print = (more: string) => {
    text += more;
  };
  const exitCode =
    command === "validate"
      ? await runValidate(names, settings(), isJson, print)
      : await runExplain(names[0], settings(), isJson, print);
  return { exitCode, text };
}

describe("validate", () => {
  test("is content with good flows: exit code 0", async () => {
    file("boiler", alarm("value > 80"));
    expect(await run("validate", [])).toEqual({ exitCode: 0, text: "1 flow(s): 0 error(s), 0 warning(s)\n" });
  });
  test("names file, node and field of every error: exit code 1", async () => {
    const bad = file("bad", alarm("value >"));
    const torn = file("torn", '{"format": 1,');
    const { exitCode, text } = await run("validate", []);
    expect(exitCode).toBe(1);
    expect(text).toContain(`${bad}:1:201: error: node hot, condition: `);
    expect(text).toContain(`${torn}:1:14: error: ${torn} is not JSON at line 1, column 14`);
    expect(text).toMatch(/2 flow\(s\): 2 error\(s\), \d warning\(s\)\n$/);
  });
  test("looks only at the files it is given", async () => {
    file("bad", alarm("value >"));
    const good = file("good", alarm("value > 1"));
    expect((await run("validate", [good])).exitCode).toBe(0);
  });
  test("answers JSON to programs", async () => {
    file("bad", alarm("value >"));
    const { text } = await run("validate", [], true);
    expect(JSON.parse(text)).toMatchObject({
      ok: false,
      files: [join(folder, "bad.flow.json")],
      problems: [{ severity: "error", flow: "bad", node: "hot", file: join(folder, "bad.flow.json") }],
    });
  });
  test("says which file is not there", async () => {
    await expect(run("validate", ["/nowhere/x.flow.json"])).rejects.toThrow(
      "there is no file or folder /nowhere/x.flow.json",
    );
  });
});

describe("explain", () => {
  test("shows what a flow subscribes to and publishes, with the conversion put in between", async () => {
    file("boiler", alarm("value > 80"));
    const { exitCode, text } = await run("explain", ["boiler"]);
    expect(exitCode).toBe(0);
    for (const line of [
      "flow boiler (live)",
      "    publishes  iot.raw.mock.d1",
      '  hot  rule.alert  "Too hot"',
      "    rule id    boiler_hot",
      "    reads      iot.processed.d1.temperature  (from in~convert; queue rule_engine_workers.boiler.hot)",
      "  IOT_DATA  iot.processed.>  iot.rules.>  iot.alerts.>  iot.aggregated.>",
    ])
      expect(text.split("\n")).toContain(line);
  });
  test("R166 gives the plan as JSON", async () => {
    file("boiler", alarm("value > 80"));
    expect(JSON.parse((await run("explain", [], true)).text)).toMatchObject({ flows: [{ id: "boiler" }] });
  });
  test("says why a flow does not run, and which flows there are", async () => {
    file("bad", alarm("value >"));
    const { exitCode, text } = await run("explain", ["bad"]);
    expect([exitCode, text]).toEqual([
      1,
      expect.stringMatching(/not running: .*bad\.flow\.json:1:201: error: node hot/),
    ]);
    file("good", alarm("value > 1"));
    await expect(run("explain", ["ghost"])).rejects.toThrow(/no flow "ghost" runs from .*; there is "good"/);
  });
});
