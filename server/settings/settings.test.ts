import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingsDocs } from "./docs.ts";
import { parseSize } from "./fields.ts";
import { settingKeys } from "./keys.ts";
import { isLoopback, loadSettings, type SettingsSources } from "./load.ts";

let workingDir: string;
beforeEach(() => {
  workingDir = mkdtempSync(join(tmpdir(), "sluice-settings-"));
});
afterEach(() => rmSync(workingDir, { recursive: true, force: true }));

function load(yaml?: string, rest: Partial<SettingsSources> = {}) {
  if (yaml !== undefined) writeFileSync(join(workingDir, "sluice.yaml"), yaml);
  return loadSettings({ workingDir, environment: {}, assignments: [], ...rest });
}
const refusal = (yaml?: string, rest?: Partial<SettingsSources>): string => {
  try {
    load(yaml, rest);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
};

describe("what the seed's examples mean", () => {
  test("R124 R125 R126 R127 R128 the embedded example is read", () => {
    const { settings } = load(`
gateway:
  nats_url: "embedded"
  jetstream:
    enabled: true
    store_dir: "./data/jetstream"
    max_memory: "1GB"
    max_file: "10GB"
`);
    expect(settings.gateway.nats_url).toBe("embedded");
    expect(settings.gateway.jetstream).toEqual({
      enabled: true,
      store_dir: join(workingDir, "data/jetstream"),
      max_memory: 1024 ** 3,
      max_file: 10 * 1024 ** 3,
    });
  });
  test("R129 R130 R131 R132 the external example is read, with one server or several", () => {
    const { settings } = load(`
gateway:
  nats_url: "nats://nats-cluster:4222"
  nats_options:
    max_reconnect: -1
    reconnect_wait: "2s"
    timeout: "5s"
`);
    expect(settings.gateway.nats_url).toEqual(["nats://nats-cluster:4222"]);
    expect(settings.gateway.nats_options).toMatchObject({ max_reconnect: -1, reconnect_wait: 2_000, timeout: 5_000 });
    expect(load("gateway: {nats_url: [nats://a:1, 'b:2']}").settings.gateway.nats_url).toEqual(["nats://a:1", "b:2"]);
    expect(load("gateway: {nats_url: 'nats://a:1, tls://b:2'}").settings.gateway.nats_url).toEqual([
      "nats://a:1",
      "tls://b:2",
    ]);
  });
  test("R133 R134 R135 R136 R137 R138 the rule engine's example is read", () => {
    const { settings } = load(`
rule_engine:
  nats:
    input_subject: "iot.processed.*"
    output_subject: "iot.rules.*"
    error_subject: "iot.errors.rules"
    queue_group: "rule_engine_workers"
    max_pending: 1000
    ack_wait: "30s"
`);
    expect(settings.rule_engine.nats).toEqual({
      input_subject: "iot.processed.*",
      input_match: "widen",
      output_subject: "iot.rules.*",
      error_subject: "iot.errors.rules",
      queue_group: "rule_engine_workers",
      max_pending: 1000,
      ack_wait: 30_000,
    });
  });
});

describe("where a setting comes from", () => {
  test("without a file everything has a default, and the data stands below the working directory", () => {
    const { settings, file } = load();
    expect(file).toBeUndefined();
    expect(settings.server).toMatchObject({ host: "127.0.0.1", port: 8080 });
    expect(settings.data_dir).toBe(join(workingDir, "data"));
    expect(settings.files_root).toBe(join(workingDir, "data/files"));
    expect(settings.gateway.jetstream.store_dir).toBe(join(workingDir, "data/jetstream"));
  });
  test("R079 R080 --config names another file, and relative paths start at that file", () => {
    const configFile = join(workingDir, "other.yaml");
    writeFileSync(configFile, "gateway: {nats_url: nats://elsewhere:4222}\ndata_dir: store\n");
    const { settings, file } = loadSettings({ workingDir: "/", configFile, environment: {}, assignments: [] });
    expect(file).toBe(configFile);
    expect(settings.gateway.nats_url).toEqual(["nats://elsewhere:4222"]);
    expect(settings.data_dir).toBe(join(workingDir, "store"));
  });
  test("R079 a file that was named has to exist", () => {
    expect(refusal(undefined, { configFile: "missing.yaml" })).toMatch(/cannot read the settings file .*missing\.yaml/);
  });
  test("the environment wins over the file, --set over both", () => {
    const environment = { SLUICE_SERVER_PORT: "9001", SLUICE_GATEWAY_JETSTREAM_ENABLED: "false", SLUICE_DATA_DIR: "d" };
    const { settings } = load("server: {port: 9000}\nmetrics: {interval: 3s}", {
      environment,
      assignments: ["server.port=9002", "gateway.nats_url=nats://a:1,nats://b:2", "server.allowed_hosts=a.example"],
    });
    expect(settings.server).toMatchObject({ port: 9002, allowed_hosts: ["a.example"] });
    expect(settings.gateway.jetstream.enabled).toBe(false);
    expect(settings.gateway.nats_url).toEqual(["nats://a:1", "nats://b:2"]);
    expect(settings.metrics.interval).toBe(3_000);
    expect(settings.data_dir).toBe(join(workingDir, "d"));
  });
  test("a text value from the environment stays text even when it looks like a number", () => {
    const { settings } = load(undefined, { environment: { SLUICE_GATEWAY_NATS_OPTIONS_PASSWORD: "0123" } });
    expect(settings.gateway.nats_options.password).toBe("0123");
  });
  test("a section whose lines are all commented out is the default", () => {
    expect(load("server:\n  # port: 1\ngateway:\n  nats_url:\n").settings.gateway.nats_url).toBe("embedded");
  });
});

describe("R139 what is wrong is said with its place and the remedy", () => {
  test("unknown keys name the nearest known one", () => {
    const message = refusal("gateway:\n  nats_ulr: embedded\nlogg: {}\n");
    expect(message).toMatch(
      /sluice\.yaml line 2: there is no setting gateway\.nats_ulr; did you mean gateway\.nats_url\?/,
    );
    expect(message).toMatch(/there is no setting logg; did you mean log\?/);
    expect(refusal("nats_url: embedded")).toMatch(/did you mean gateway\.nats_url\?/);
    expect(refusal(undefined, { assignments: ["server.prot=1"] })).toMatch(/did you mean server\.port\?/);
  });
  test("wrong values are rejected with their path", () => {
    expect(refusal("gateway:\n  jetstream:\n    max_file: lots")).toMatch(
      /line 3: gateway\.jetstream\.max_file: "lots" is not a size; write for example "512MB"/,
    );
    expect(refusal("rule_engine: {nats: {ack_wait: 30}}")).toMatch(/rule_engine\.nats\.ack_wait: .*expected string/);
    expect(refusal("rule_engine: {nats: {ack_wait: soon}}")).toMatch(/"soon" is not a duration; write for example/);
    expect(refusal("rule_engine: {nats: {input_subject: 'iot..x'}}")).toMatch(/input_subject: .* empty part/);
    expect(refusal("gateway: {nats_url: 'http://x:1'}")).toMatch(/"http:\/\/x:1" is not an address of a NATS server/);
    expect(refusal("gateway: {nats_url: ''}")).toMatch(/gateway\.nats_url: "" is not an address/);
    expect(refusal("server: 8080")).toMatch(/line 1: server: .*expected object/);
    expect(refusal("", { environment: { SLUICE_SERVER_PORT: "http" } })).toMatch(
      /^SLUICE_SERVER_PORT: server\.port: .*expected number/,
    );
  });
  test("all problems are told at once", () => {
    expect(refusal("server: {port: x}\nlog: {level: loud}").split("\n")).toHaveLength(2);
  });
  test("a file that is no YAML says where", () => {
    expect(refusal("a: [1\nb: 2")).toMatch(/sluice\.yaml: .* line \d/);
    expect(refusal("server: {port: 1}\nserver: {port: 2}")).toMatch(/unique/);
    expect(refusal("just text")).toMatch(/does not hold settings/);
  });
  test("a variable that sets nothing is a warning", () => {
    expect(load(undefined, { environment: { SLUICE_NATS_URL: "x", PATH: "/bin" } }).warnings).toEqual([
      expect.stringMatching(/SLUICE_NATS_URL sets nothing; did you mean SLUICE_/),
    ]);
  });
});

test("an address that others can reach is refused until somebody says that they mean it", () => {
  const host = "server.host=0.0.0.0";
  expect(refusal(undefined, { assignments: [host] })).toMatch(/learns passwords.*--insecure-http/s);
  expect(load(undefined, { assignments: [host, "server.insecure_http=true"] }).settings.server.host).toBe("0.0.0.0");
  expect(["127.0.0.1", "127.9.9.9", "::1", "localhost"].every(isLoopback)).toBe(true);
  expect(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.org"].some(isLoopback)).toBe(false);
});

test("sizes: KB counts in 1024s, K in 1000s", () => {
  expect(["1KB", "1K", "1 MiB", "1.5GB", "2g", "17", "17B"].map(parseSize)).toEqual([
    1024, 1000, 1_048_576, 1_610_612_736, 2_000_000_000, 17, 17,
  ]);
  expect(["", "GB", "-1KB", "1XB", "1 000"].map(parseSize)).toEqual(Array(5).fill(undefined));
});

describe("the shipped sluice.yaml", () => {
  const shipped = readFileSync(new URL("../../sluice.yaml", import.meta.url), "utf8");
  test("holds exactly the defaults", () => {
    const defaults = load().settings;
    expect(load(shipped).settings).toEqual(defaults);
  });
  test("shows every key", () => {
    const missing = settingKeys.filter(({ key }) => !new RegExp(`^[ #]*${key.split(".").at(-1)}:`, "m").test(shipped));
    expect(missing.map(({ key }) => key)).toEqual([]);
  });
});

test("the documentation has a row with a meaning for every key", () => {
  const rows = settingsDocs().trim().split("\n").slice(2);
  expect(rows).toHaveLength(settingKeys.length);
  expect(settingKeys.filter(({ description }) => description === "")).toEqual([]);
  expect(rows[0]).toMatch(/^\| `gateway\.nats_url` \| `SLUICE_GATEWAY_NATS_URL` \| `embedded` \| /);
});
