import { expect, test } from "vitest";
import { commands, help, readCommandLine } from "./arguments.ts";

const refusal = (...args: string[]) => {
  expect(() => readCommandLine(args)).toThrow();
  try {
    readCommandLine(args);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

test("a command with its options, wherever they stand", () => {
  expect(readCommandLine(["--set", "server.port=1", "start", "--set=log.level=debug", "--config", "x.yaml"])).toEqual({
    command: "start",
    names: [],
    configFile: "x.yaml",
    assignments: ["server.port=1", "log.level=debug"],
    isJson: false,
  });
  expect(readCommandLine(["validate", "a.json", "b.json", "--json"])).toMatchObject({
    command: "validate",
    names: ["a.json", "b.json"],
    isJson: true,
  });
});

test("a simulated device has a port, a seed and a number of units", () => {
  expect(readCommandLine(["simulate", "modbus"]).simulation).toEqual({ port: 1_502, seed: 1, units: 1 });
  const all = ["simulate", "modbus", "--port", "502", "--seed", "7", "--units", "3"];
  expect(readCommandLine(all).simulation).toEqual({ port: 502, seed: 7, units: 3 });
});

test("--insecure-http is a setting", () => {
  expect(readCommandLine(["start", "--insecure-http"]).assignments).toEqual(["server.insecure_http=true"]);
});

test("without a command, or asked for it, help is shown, which names every command", () => {
  for (const args of [[], ["help"], ["start", "--help"], ["-h"]]) expect(readCommandLine(args).command).toBe("help");
  expect(readCommandLine(["--version"]).command).toBe("version");
  for (const command of commands) expect(help).toContain(`sluice ${command}`);
});

test("what is not understood is said, with what was probably meant", () => {
  expect(refusal("strat")).toBe('there is no command "strat"; did you mean "start"?');
  expect(refusal("start", "boiler.flow.json")).toMatch(/start takes no "boiler\.flow\.json"/);
  expect(refusal("start", "--port", "1")).toBe("--port is an option of simulate, not of start");
  expect(refusal("simulate")).toMatch(/simulate takes the kind of device/);
  expect(refusal("simulate", "modbus", "--units", "300")).toMatch(/--units is a whole number from 1 to 247/);
  expect(refusal("start", "--set")).toMatch(/--set/);
  expect(refusal("explain", "a", "b")).toMatch(/one flow/);
});

test("isp-check takes an address, perhaps a file, and how long to wait", () => {
  expect(readCommandLine(["isp-check", "127.0.0.1:50052", "--wait", "1.5"])).toMatchObject({
    command: "isp-check",
    names: ["127.0.0.1:50052"],
    waitSeconds: 1.5,
  });
  expect(refusal("isp-check")).toContain("takes the address of a sidecar");
  expect(refusal("isp-check", "a:1", "--wait", "long")).toBe('--wait takes seconds from 0 to 3600, not "long"');
});

test("deploy takes files and a gateway; audit and secrets one word", () => {
  expect(readCommandLine(["deploy", "flows", "--url", "http://a", "--token", "t", "-m", "why"])).toMatchObject({
    command: "deploy",
    names: ["flows"],
    url: "http://a",
    token: "t",
    message: "why",
  });
  expect(refusal("deploy")).toContain("sluice deploy flows/");
  expect(refusal("audit")).toBe("audit takes one word: sluice audit verify");
  expect(refusal("secrets", "rotate")).toBe("secrets takes one word: sluice secrets rotate-key");
});
