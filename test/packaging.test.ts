import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { settingKeys } from "../server/settings/keys.ts";
import { findProgram } from "./peers/program.ts";

const run = promisify(execFile);
const packaging = fileURLToPath(new URL("../packaging/", import.meta.url));
const systemdAnalyze = findProgram("systemd-analyze", "systemd");

describe.skipIf(systemdAnalyze === undefined)("S26 the unit of systemd", () => {
  /** As it would be installed, with programs and a user that this machine has. */
  async function unit(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-unit-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "sluice.service");
    const text = await readFile(join(packaging, "sluice.service"), "utf8");
    await writeFile(
      file,
      text.replace("/usr/bin/node", process.execPath).replaceAll(/^(User|Group)=sluice$/gm, "$1=daemon"),
    );
    return file;
  }

  test("has no line that systemd does not know", async () => {
    const file = await unit();
    const { stderr } = await run(systemdAnalyze ?? "", ["verify", "--man=no", file], {
      env: { ...process.env, LC_ALL: "C" },
    });
    expect(stderr.split("\n").filter((line) => line.includes("sluice.service"))).toEqual([]);
  });

  test("gives the gateway so little that systemd rates it 3.0 or better", async () => {
    const args = ["security", "--offline=yes", "--threshold=30", "--no-pager", await unit()];
    const { stdout } = await run(systemdAnalyze ?? "", args, { env: { ...process.env, LC_ALL: "C" } });
    expect(stdout).toMatch(/Overall exposure level for sluice\.service: [0-2]\.\d/);
  });
});

test.each(["sluice.service", "Dockerfile"])("every setting that %s gives exists", async (name) => {
  const given = (await readFile(join(packaging, name), "utf8")).match(/\bSLUICE_[A-Z_]+(?==)/g) ?? [];
  expect(given.length).toBeGreaterThan(2);
  const known = settingKeys.map(({ variable }) => variable);
  expect(given.filter((variable) => !known.includes(variable))).toEqual([]);
});
