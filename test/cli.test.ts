import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flow, type Gateway, startGateway } from "./gateway.ts";
import { freePort, startProgram, until } from "./peers/program.ts";

const main = fileURLToPath(new URL("../dist/server/main.js", import.meta.url));

describe("the command line", () => {
  let folder: string;
  const rule = { id: "warm", type: "rule.filter", config: { mode: "expression", expression: "value > 20" } };
  const sink = { id: "log", type: "sink.console", config: {} };
  const wires = [{ from: "warm", to: "log" }];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-cli-"));
    await mkdir(join(folder, "flows"));
    await write("good", flow("good", { nodes: [rule, sink], wires }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function write(id: string, document: object, subfolder = "flows"): Promise<string> {
    const path = join(folder, subfolder, `${id}.flow.json`);
    await mkdir(join(folder, subfolder), { recursive: true });
    await writeFile(path, JSON.stringify(document));
    return path;
  }

  async function sluice(...args: string[]) {
    const flows = ["--set", `flows_dir=${join(folder, "flows")}`, "--set", `data_dir=${join(folder, "data")}`];
    const program = startProgram(process.execPath, [main, ...flows, ...args]);
    const exitCode = await new Promise<number | null>((resolve) => program.child.once("close", resolve));
    return { exitCode, output: program.output() };
  }

  test("validate answers 0 for flows that compile, and counts them", async () => {
    expect(await sluice("validate")).toEqual({ exitCode: 0, output: "1 flow(s): 0 error(s), 0 warning(s)\n" });
  });

  test("validate of a typo answers 1, with file, node, field and the nearest name", async () => {
    const typo = { ...rule, config: { mode: "expression", expresion: "value > 20" } };
    const file = await write("typo", flow("typo", { nodes: [typo] }), "drafts");
    const { exitCode, output } = await sluice("validate", file);
    expect(exitCode).toBe(1);
    expect(output).toMatch(/typo\.flow\.json:1:\d+: error: node warm/);
    expect(output).toMatch(/expresion.*"expression"/);
    expect(output).toMatch(/1 flow\(s\): \d error\(s\)/);
  });

  test("validate says what is broken in a file that is no JSON, and shows the place", async () => {
    const file = join(folder, "broken.flow.json");
    await writeFile(file, '{ "format": 1,\n  "id": }');
    const { exitCode, output } = await sluice("validate", file);
    expect(exitCode).toBe(1);
    expect(output).toContain(file);
    expect(output).toMatch(/broken\.flow\.json:2:9: error: .*not JSON at line 2, column 9/);
  });

  test("R166 validate tells warnings and still answers 0", async () => {
    const deaf = { ...sink, subject: "iot.alerts.*" };
    const file = await write("deaf", flow("deaf", { nodes: [deaf] }), "drafts");
    const { exitCode, output } = await sluice("validate", file);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0, output: expect.stringContaining("use iot.alerts.>") });
  });

  test("validate in JSON is for programs", async () => {
    const file = await write("unknown", flow("unknown", { nodes: [{ id: "x", type: "rule.fliter" }] }), "drafts");
    const { exitCode, output } = await sluice("validate", "--json", file);
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      files: [file],
      problems: [{ code: "unknown-type", severity: "error", flow: "unknown", node: "x", file }],
    });
  });

  test("R166 explain shows what each node reads and publishes, and the streams", async () => {
    const { exitCode, output } = await sluice("explain", "good");
    expect(exitCode).toBe(0);
    expect(output).toMatch(/warm {2}rule\.filter/);
    expect(output).toMatch(/reads +iot\.processed\.> .*queue rule_engine_workers\.good\.warm/);
    expect(output).toMatch(/publishes +iot\.rules\.good_warm\n/);
    expect(output).toMatch(/reads +iot\.rules\.good_warm .*from warm/);
    expect(output).toMatch(/IOT_DATA +iot\.processed\.> +iot\.rules\.>/);
  });

  test("explain of a flow that is not there names those that are", async () => {
    const { exitCode, output } = await sluice("explain", "god");
    expect(exitCode).toBe(2);
    expect(output).toMatch(/no flow "god".*"good"/);
  });

  test.each([
    ["an unknown command", ["strat"], /"strat".*"start"/],
    ["an unknown option", ["start", "--port", "1"], /--port/],
    ["a file that is not there", ["validate", "nowhere.flow.json"], /nowhere\.flow\.json/],
    ["R139 a setting that does not exist", ["validate", "--set", "gateway.nats_ulr=embedded"], /nats_ulr.*nats_url/s],
    ["R139 a setting that is wrong", ["start", "--set", "metrics.interval=often"], /metrics\.interval.*"often".*2s/s],
  ])("%s is answered with 2 and what was meant", async (_what, args, words) => {
    const { exitCode, output } = await sluice(...args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringMatching(words) });
  });

  describe("with a gateway", () => {
    let gateway: Gateway;
    let token: string;
    beforeAll(async () => {
      gateway = await startGateway({ settings: { "server.accounts": "required" } });
      const link = await until("the link", () => /#setup=([\w-]{43})/.exec(gateway.program.output())?.[1]);
      const response = await fetch(`${gateway.url}/api/setup`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token: link, name: "kim", password: "correct horse battery staple" }),
      });
      const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      const made = { title: "CI", role: "editor", days: 1 };
      token = (await gateway.call("POST", "/api/tokens", made, { cookie })).body.token;
    });
    afterAll(() => gateway.stop());
    const deploy = (...args: string[]) => sluice("deploy", "--url", gateway.url, "--token", token, ...args);

    test("deploy says what changed, and the second time that nothing did", async () => {
      const file = await write("ci", flow("ci", { nodes: [rule, sink], wires }), "ci");
      expect(await deploy(file, "--message", "from CI")).toEqual({
        exitCode: 0,
        output: expect.stringMatching(/^ci: revision 1\nnodes: 2 started, \d+ kept\n$/),
      });
      expect(await deploy(join(folder, "ci"))).toEqual({ exitCode: 0, output: "everything was deployed already\n" });
      const { body } = await gateway.call("GET", "/api/flows/ci/revisions", undefined, {
        authorization: `Bearer ${token}`,
      });
      expect(body).toMatchObject([{ revision: 1, author: "CI (token of kim)", message: "from CI" }]);
    });
    test("deploy shows where the gateway sees a fault, and changes nothing", async () => {
      const typo = { ...rule, config: { mode: "expression", expresion: "value > 20" } };
      const file = await write("ci", flow("ci", { nodes: [typo] }), "typo");
      const { exitCode, output } = await deploy(file);
      expect(exitCode).toBe(1);
      expect(output).toMatch(/typo\/ci\.flow\.json:1:\d+: error: node warm.*expresion/);
      expect(output).toMatch(/nothing was deployed\n$/);
    });
    test("deploy without a token, or with a wrong one, says what to do", async () => {
      const file = await write("ci", flow("ci", { nodes: [rule, sink], wires }), "ci");
      const without = await sluice("deploy", "--url", gateway.url, file);
      expect(without).toEqual({
        exitCode: 1,
        output: expect.stringContaining("set SLUICE_TOKEN to one made in the editor"),
      });
      const wrong = await sluice("deploy", "--url", gateway.url, "--token", "sluice_x", file);
      expect(wrong.output).toContain("the token has ended or is wrong");
      const nowhere = await sluice("deploy", "--url", `http://127.0.0.1:${await freePort()}`, file);
      expect(nowhere).toEqual({ exitCode: 1, output: expect.stringMatching(/does not answer: .*ECONNREFUSED/) });
    });
    test("audit and secrets leave the data of a gateway that runs alone", async () => {
      const data = `data_dir=${join(gateway.folder, "data")}`;
      for (const words of [
        ["audit", "verify"],
        ["secrets", "rotate-key"],
      ])
        expect(await sluice(...words, "--set", data)).toEqual({
          exitCode: 1,
          output: expect.stringContaining("another gateway is using the data folder"),
        });
    });
    test("audit verify checks what a stopped gateway wrote; a new key opens all secrets", async () => {
      const data = `data_dir=${join(gateway.folder, "data")}`;
      const headers = { authorization: `Bearer ${token}` };
      expect((await gateway.call("PUT", "/api/secrets/broker", { value: "S3cr3t" }, headers)).status).toBe(200);
      await gateway.program.stop();
      expect(await sluice("secrets", "rotate-key", "--set", data)).toEqual({
        exitCode: 0,
        output: expect.stringContaining("1 secret(s) are sealed with a new key"),
      });
      expect(await sluice("audit", "verify", "--set", data)).toEqual({
        exitCode: 0,
        output: expect.stringMatching(/^all \d+ entries are as they were written/),
      });
      const database = new Sqlite(join(gateway.folder, "data", "sluice.db"));
      database.prepare("UPDATE audit SET actor = 'eve' WHERE id = 2").run();
      database.close();
      expect(await sluice("audit", "verify", "--set", data)).toEqual({
        exitCode: 1,
        output: "the chain is broken at entry 2: it, or one before it, was changed or removed\n",
      });
    });
  });

  test("isp-check tests a sidecar and answers 1 when it does not conform", async () => {
    const port = await freePort();
    expect(await sluice("isp-check", `127.0.0.1:${port}`)).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/^FAILURE +accepts a connection: nothing listens at .*does not conform/s),
    });
    const sample = fileURLToPath(new URL("../nodes/plugins/isp/samples/sidecar.mjs", import.meta.url));
    process.env["ISP_PORT"] = `${port}`;
    const sidecar = startProgram(process.execPath, [sample]);
    delete process.env["ISP_PORT"];
    const settings = join(folder, "settings.json");
    await writeFile(settings, '{"interval_ms":20}');
    const check = () => sluice("isp-check", `127.0.0.1:${port}`, settings, "--wait", "0.5", "--json");
    const { exitCode, output } = await until("it listens", async () => {
      const answer = await check();
      return JSON.parse(answer.output).findings.length > 1 && answer;
    });
    await sidecar.stop();
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      ok: true,
      findings: expect.arrayContaining([expect.objectContaining({ what: "answers points it is given", level: "ok" })]),
    });
    expect((await sluice("isp-check", "somewhere")).exitCode).toBe(2);
  });
});
