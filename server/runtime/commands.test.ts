import { expect, test } from "vitest";
import { z } from "zod";
import { type Command, defineConnector } from "../../nodes/contract/connector.ts";
import { MessageError } from "../../nodes/contract/errors.ts";
import type { AdapterPlan } from "../compiler/plan.ts";
import { adapter, planOf, testEngine } from "./testing.ts";

const described = { title: "", summary: "", help: "", icon: "", examples: [] };

function valve() {
  const carriedOut: (Command & { readonly by: string })[] = [];
  const definition = defineConnector({
    ...described,
    type: "adapter.valve",
    protocol: "mock",
    config: z.object({ name: z.string().default("old") }),
    scope: () => ({}),
    takesCommands: () => true,
    open: async ({ name }) => ({
      async command(command) {
        if (command.key === "gone") throw new MessageError("unknown_tag", 'there is no tag "gone"');
        if (command.key === "defect") throw new Error("a defect");
        carriedOut.push({ ...command, by: name });
        return { function: 6 };
      },
      close: async () => undefined,
    }),
  });
  return { carriedOut, definition };
}

const subject = "sluice.commands.f.plc";
const plan = (config: object = {}): AdapterPlan => ({
  ...adapter("plc", "adapter.valve", config),
  inputs: [
    { subject: "iot.rules.f_hot", queue: "q.f.plc", accepts: [{ node: "hot", port: "out" }] },
    { subject, queue: "q.f.plc", accepts: "any" },
  ],
});

async function start() {
  const { carriedOut, definition } = valve();
  const test = testEngine([definition]);
  await test.engine.apply(planOf([plan()]));
  const dataOn = (pattern: RegExp) =>
    test.bus.published
      .filter((message) => pattern.test(message.subject))
      .map(({ data }) => JSON.parse(Buffer.from(data).toString()));
  const command = async (value: unknown, on = subject) => {
    await test.publish(on, value);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...test,
    carriedOut,
    command,
    replies: () => dataOn(/^sluice\.replies\.f\.plc$/),
    errors: () => dataOn(/^iot\.errors/),
  };
}

test("a command is carried out once and answered", async () => {
  const { command, carriedOut, replies } = await start();
  await command({ device_id: "d1", key: "setpoint", value: 75 });
  expect(carriedOut).toEqual([{ device_id: "d1", key: "setpoint", value: 75, by: "old" }]);
  expect(replies()).toMatchObject([
    { source: "southbound", node: "plc", data: { ok: true, device_id: "d1", key: "setpoint", value: 75, function: 6 } },
  ]);
});

test("the point of a wired rule is a command; that of another node is not", async () => {
  const { command, carriedOut } = await start();
  const envelope = { version: "1.0.0", source: "rule_engine", trace_id: "t", flow: "f" };
  await command({ ...envelope, node: "hot", data: { device_id: "d1", key: "fan", value: true } }, "iot.rules.f_hot");
  await command({ ...envelope, node: "other", data: { device_id: "d1", key: "fan", value: false } }, "iot.rules.f_hot");
  expect(carriedOut).toMatchObject([{ key: "fan", value: true }]);
});

test("each command of a list has its own answer, a bad one costs the others nothing", async () => {
  const { command, carriedOut, replies } = await start();
  await command([
    { key: "a", value: 1 },
    { key: "", value: 2 },
    "x",
    { key: "c", value: null },
    { key: "d", value: 4 },
  ]);
  expect(carriedOut.map(({ key }) => key)).toEqual(["a", "d"]);
  expect(
    replies()
      .map(({ data }) => data.ok)
      .sort(),
  ).toEqual([false, false, false, true, true]);
});

test("one that fails is told on the error subjects and in its answer, with the reason", async () => {
  const { command, replies, errors } = await start();
  await command({ key: "gone", value: 1 });
  await command({ key: "defect", value: 1 });
  await command("not json");
  expect(replies().map(({ data }) => data.error.type)).toEqual(["unknown_tag", "failed", "parse_error"]);
  expect(errors()[0].data).toMatchObject({
    type: "unknown_tag",
    node: "plc",
    message: 'a command was not carried out: there is no tag "gone"',
    subject,
  });
});

test("after a deploy commands go to the new configuration; after a removal to nobody", async () => {
  const { engine, command, carriedOut, replies } = await start();
  await engine.apply(planOf([plan({ name: "new" })]));
  await command({ key: "a", value: 1 });
  expect(carriedOut.at(-1)).toMatchObject({ key: "a", by: "new" });
  await engine.apply(planOf([]));
  await command({ key: "a", value: 2 });
  expect(carriedOut).toHaveLength(1);
  expect(replies()).toHaveLength(1);
});
