import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { findProgram, freePort, until } from "../../../test/peers/program.ts";
import { systemClock } from "../../contract/clock.ts";
import { checkSidecar, type Finding } from "./conformance.ts";
import { type FakeSidecar, fakeSidecar, plainSidecar } from "./testing.ts";

async function findings(port: number, settings: object = {}, waitMs = 300): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const options = { host: "127.0.0.1", port, settings: { ...settings }, waitMs, clock: systemClock };
  await checkSidecar(options, (finding) => found.push(finding));
  return found;
}

const not = (level: Finding["level"], found: readonly Finding[]) =>
  found.filter((finding) => finding.level === level).map(({ what, detail }) => `${what}: ${detail}`);

const samples = [
  ["node", "sidecar.mjs"],
  ...(findProgram("python3", "python3") === undefined ? [] : [["python3", "sidecar.py"]]),
];

describe("a check of", () => {
  test.each(samples)("the sample %s %s finds that it conforms", async (command = "", file = "") => {
    const port = await freePort();
    const path = fileURLToPath(new URL(`samples/${file}`, import.meta.url));
    const child = spawn(command, [path], { env: { ...process.env, ISP_PORT: `${port}` }, stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGKILL"));
    const found = await until("it listens", async () => {
      const found = await findings(port, { interval_ms: 20 });
      return found.length > 1 && found;
    });
    expect(not("failure", found)).toEqual([]);
    // Its heartbeat comes after 15 s, for which this test does not wait.
    expect(not("warning", found)).toEqual([expect.stringContaining("sends HEARTBEAT")]);
    expect(not("skipped", found)).toEqual([]);
  });

  test("a sidecar of the first version finds that it conforms, and what it does not do", async () => {
    const sidecar = await plainSidecar((frame, sidecar) => {
      if (frame.type === "CONFIG") {
        sidecar.send({ type: "HEARTBEAT" });
        sidecar.data([{ key: "n", source: "plc", value: 1, timestamp: Date.now() }]);
      }
      return false;
    });
    const found = await findings(sidecar.port);
    expect(not("failure", found)).toEqual([]);
    expect(not("skipped", found)).toEqual([expect.stringContaining("answers points it is given")]);
    expect(sidecar.of("HEARTBEAT").length).toBeGreaterThan(0);
  });

  test("nobody says so and ends", async () => {
    const port = await freePort();
    expect(await findings(port)).toEqual([
      { level: "failure", what: "accepts a connection", detail: expect.stringContaining("nothing listens at") },
    ]);
  });

  test("one that refuses its settings says what to do", async () => {
    const sidecar = await plainSidecar((frame, sidecar) => {
      if (frame.type === "CONFIG") sidecar.refuse(frame, "no address");
      return frame.type === "CONFIG";
    });
    expect(not("failure", await findings(sidecar.port))).toEqual([
      expect.stringContaining("it refuses: no address; give it settings"),
    ]);
  });

  test.each<[string, (sidecar: FakeSidecar) => void, string]>([
    ["mixes frames", (sidecar) => sidecar.write('{"type":"DA{"type":"HEARTBEAT"}\n'), "1 lines cannot be used"],
    [
      "writes longer lines than allowed",
      (sidecar) => sidecar.write(`{"type":"DATA","payload":{"points":[],"x":"${"x".repeat(70_000)}"}}\n`),
      "are allowed",
    ],
    [
      "lies about a type",
      (sidecar) => sidecar.data([{ key: "n", source: "plc", type: "int16", value: "many" }]),
      "declared as int16",
    ],
    ["names no device", (sidecar) => sidecar.data([{ key: "n", value: 1 }]), 'no "source"'],
    ["breaks off", (sidecar) => sidecar.current?.destroy(), "the sidecar closed the connection"],
  ])("one that %s finds it", async (_name, misbehave, words) => {
    let once = false;
    const sidecar = await plainSidecar((frame, sidecar) => {
      if (frame.type === "METRICS" && !once) {
        once = true;
        misbehave(sidecar);
      }
      return false;
    });
    expect(not("failure", await findings(sidecar.port, {}, 50)).join("\n")).toContain(words);
  });

  test("one that falls over an unknown frame finds it", async () => {
    const sidecar = await fakeSidecar((frame, sidecar, socket) => {
      if (frame.type === "SLUICE_CHECK") socket.destroy();
      else if (frame.id !== undefined) sidecar.respond(frame, { name: "n", running: true, health: "healthy" });
    });
    expect(not("failure", await findings(sidecar.port, {}, 0)).join("\n")).toContain(
      "passes over a frame of an unknown type",
    );
  });
});
