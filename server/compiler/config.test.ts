import { expect, test } from "vitest";
import { z } from "zod";
import { secret } from "../../nodes/contract/fields.ts";
import { readConfig } from "./config.ts";

const schema = z.object({
  host: z.string().min(1).default("localhost"),
  port: z.int().min(1).max(65_535).default(1883),
  tls: z.boolean().optional(),
  password: secret().optional(),
  label: z.string().optional(),
  mode: z.enum(["tcp", "rtu"]).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  action: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("drop") }),
      z.strictObject({ type: z.literal("keep"), lastMs: z.number() }),
    ])
    .optional(),
  level: z.union([z.number(), z.strictObject({ above: z.number() })]).optional(),
  tags: z
    .array(z.strictObject({ name: z.string() }))
    .min(1)
    .optional(),
});

const read = (config: Record<string, unknown>, env: Record<string, string> = {}, secrets: string[] = []) =>
  readConfig(schema, config, { env, secrets: new Set(secrets) });

test("variables are filled in, whole or inside a text, and stay as filled in the plan's configuration", () => {
  const { config, faults } = read({ host: `\${HOST}`, label: `line \${LINE} of \${HOST}` }, { HOST: "plc", LINE: "3" });
  expect(config).toEqual({ host: "plc", label: "line 3 of plc" });
  expect(faults).toEqual([]);
});

test("a variable alone becomes a number or boolean where the field wants one", () => {
  const { config, parsed } = read(
    { port: `\${PORT}`, tls: `\${TLS}`, label: `\${PORT}` },
    { PORT: "1884", TLS: "true" },
  );
  expect(config).toEqual({ port: 1884, tls: true, label: "1884" });
  expect(parsed).toMatchObject({ port: 1884, tls: true });
});

test("a variable that is not a number stays the text it is, and is refused as such", () => {
  expect(read({ port: `\${PORT}` }, { PORT: "many" }).faults).toEqual([
    { code: "bad-config", severity: "error", path: ["port"], message: "port must be a number" },
  ]);
});

test("a variable that is not set is named with where it stands", () => {
  expect(read({ headers: { auth: `Bearer \${TOKEN}` } }).faults).toMatchObject([
    { code: "missing-variable", path: ["headers", "auth"], message: expect.stringContaining("TOKEN is not set") },
  ]);
});

test("lower-case templates are no variables, and what every object has is none either", () => {
  expect(read({ label: `\${value} \${tags.line} \${constructor}` }).config).toEqual({
    label: `\${value} \${tags.line} \${constructor}`,
  });
  expect(read({ label: `\${HOST}` }, Object.create({ HOST: "inherited" })).faults).toHaveLength(1);
});

test("R167 secrets stay references in the configuration and are checked as if they were there", () => {
  const { config, parsed, faults } = read({ password: { $secret: "pw" } }, {}, ["pw"]);
  expect(config).toEqual({ password: { $secret: "pw" } });
  expect(parsed).toMatchObject({ password: expect.any(String) });
  expect(faults).toEqual([]);
});

test("a secret nobody stored names the nearest", () => {
  expect(read({ password: { $secret: "brokr" } }, {}, ["broker"]).faults).toEqual([
    {
      code: "missing-secret",
      severity: "error",
      path: ["password"],
      message: 'there is no secret "brokr"; did you mean "broker"?',
    },
  ]);
  expect(read({ password: { $secret: "x" } }).faults[0]?.message).toContain("store it under that name first");
});

test.each([
  [{ port: 0 }, ["port"], "port must be at least 1"],
  [{ port: 70_000 }, ["port"], "port must be at most 65535"],
  [{ host: "" }, ["host"], "host cannot be empty"],
  [{ mode: "udp" }, ["mode"], 'mode must be one of "tcp", "rtu"'],
  [{ action: { type: "hold" } }, ["action", "type"], 'action.type must be one of "drop", "keep"'],
  [{ action: { type: "keep" } }, ["action", "lastMs"], "action.lastMs is missing; enter a number"],
  [
    { action: { type: "drop", lastMs: 1 } },
    ["action", "lastMs"],
    '"lastMs" is not a field of action; choose one of "type"',
  ],
  [{ level: { abov: 1 } }, ["level", "above"], "level.above is missing; enter a number"],
  [{ level: "high" }, ["level"], "level must be a number"],
  [{ tags: [] }, ["tags"], "tags must have at least 1 entry"],
  [{ tags: [{}] }, ["tags", 0, "name"], "tags[0].name is missing; enter a text"],
  [{ hots: "x" }, ["hots"], '"hots" is not a field; did you mean "host"?'],
])("%j is refused with a remedy", (config, path, message) => {
  expect(read(config).faults[0]).toEqual({ code: "bad-config", severity: "error", path, message });
});

test("R167 a secret that stands in the flow itself is a warning; from the environment it is none", () => {
  const { parsed, faults } = read({ password: "hunter2" });
  expect(parsed).toMatchObject({ password: "hunter2" });
  expect(faults).toMatchObject([{ code: "plain-secret", severity: "warning", path: ["password"] }]);
  expect(faults[0]?.message).not.toContain("hunter2");
  expect(read({ password: `\${PASSWORD}` }, { PASSWORD: "hunter2" }).faults).toEqual([]);
});

test("a schema that asks for unknown fields gets them", () => {
  const loose = z.looseObject({});
  expect(readConfig(loose, { any: 1 }, { env: {}, secrets: new Set() }).parsed).toEqual({ any: 1 });
});
